select json_build_object('employee', (
  select json_build_object(
    'boss', json_build_object('name', m.last_name, 'bigBoss', json_build_object('name', g.last_name)),
    'sameBoss', json_build_object('name', m.first_name, 'colleagues',
      (select json_agg(json_build_object('who', first_name) order by employee_id) from employee where reports_to = m.employee_id)))
  from employee e join employee m on m.employee_id = e.reports_to join employee g on g.employee_id = m.reports_to
  where e.employee_id = 7))
