select json_build_object('employees', (
  select json_agg(json_build_object('lastName', e.last_name, 'colleagues', (
    select coalesce(json_agg(json_build_object('lastName', c.last_name, 'hireDate', c.hire_date)
      order by c.hire_date desc, c.employee_id), '[]')
    from (select * from employee where title = e.title order by hire_date desc, employee_id offset 1 limit 2) c
  )) order by e.last_name, e.employee_id)
  from employee e))
