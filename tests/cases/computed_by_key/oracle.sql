select json_build_object('employee', (
  select json_build_object('fullName', e.first_name || ' ' || e.last_name, 'manager', json_build_object(
    'fullName', m.first_name || ' ' || m.last_name, 'manager', json_build_object(
      'fullName', g.first_name || ' ' || g.last_name)))
  from employee e join employee m on m.employee_id = e.reports_to join employee g on g.employee_id = m.reports_to
  where e.employee_id = 3))
