select json_build_object('employees', (
  select json_agg(json_build_object('firstName', first_name, 'title', title, 'reports', (
    select json_agg(json_build_object('firstName', first_name, 'title', title, 'reports', (
      select json_agg(json_build_object('firstName', first_name, 'title', title))
      from (select * from employee where reports_to = m.employee_id order by employee_id limit 1) r)) order by employee_id)
    from employee m where m.reports_to = e.employee_id)) order by employee_id)
  from employee e where reports_to is null))
