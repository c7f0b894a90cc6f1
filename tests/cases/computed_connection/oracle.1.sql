with ordered as (select *, first_name || ' ' || last_name as full_name,
  cursor_of('Employee by fullName String desc nulls first, employeeId Int asc nulls last,',
    convert_to(first_name || ' ' || last_name, 'UTF8'), int4send(employee_id)) as cursor from employee)
select json_build_object('employeesConnection', json_build_object('totalCount', 8,
  'edges', (select json_agg(json_build_object('cursor', cursor, 'node', json_build_object('fullName', full_name)) order by full_name desc)
    from (select * from ordered order by full_name desc limit 2) e),
  'pageInfo', json_build_object('hasNextPage', true, 'hasPreviousPage', false,
    'startCursor', (select cursor from ordered order by full_name desc limit 1))))
