select json_build_object('employees', (
  select json_agg(json_build_object(
    'firstName', e.first_name,
    'manager', (select json_build_object('firstName', m.first_name, 'manager',
                  (select json_build_object('firstName', n.first_name, 'manager',
                     (select json_build_object('firstName', o.first_name) from employee o where o.employee_id = n.reports_to))
                   from employee n where n.employee_id = m.reports_to))
                from employee m where m.employee_id = e.reports_to),
    'reports', (select coalesce(json_agg(json_build_object('lastName', r.last_name, 'reports',
                  (select coalesce(json_agg(json_build_object('lastName', s.last_name, 'reports',
                     (select coalesce(json_agg(json_build_object('lastName', u.last_name) order by u.employee_id), '[]')
                      from employee u where u.reports_to = s.employee_id)) order by s.employee_id), '[]')
                   from employee s where s.reports_to = r.employee_id)) order by r.employee_id), '[]')
                from employee r where r.reports_to = e.employee_id)
  ) order by e.employee_id) from employee e))
