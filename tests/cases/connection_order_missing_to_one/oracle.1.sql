with ordered as (
  select employee.employee_id, manager.last_name,
    row_number() over (order by manager.last_name desc, employee.employee_id) as place
  from employee left join employee manager on manager.employee_id = employee.reports_to)
select json_build_object('employeesConnection', json_build_object('edges', (
  select json_agg(json_build_object(
      'cursor', cursor_of('Employee by manager. lastName String desc nulls first, employeeId Int asc nulls last,', convert_to(last_name, 'UTF8'), int4send(employee_id)),
      'node', json_build_object('employeeId', employee_id, 'manager',
        case when last_name is not null then json_build_object('lastName', last_name) end)) order by place)
  from ordered where true)))
