select json_build_object('employees', (
  select json_agg(json_build_object('lastName', e.last_name) order by e.employee_id) from employee e
  where not exists (select from employee m where m.employee_id = e.reports_to and m.first_name = 'Nancy')))
