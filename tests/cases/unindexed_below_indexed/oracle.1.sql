select json_build_object('employees', (
  select json_agg(json_build_object('lastName', e.last_name, 'reports', (
    select coalesce(json_agg(json_build_object('lastName', r.last_name, 'manager', json_build_object('colleagues', (
      select json_agg(json_build_object('firstName', c.first_name) order by c.employee_id)
      from employee c where c.title = e.title
    )), 'colleagues', (
      select coalesce(json_agg(json_build_object('lastName', c.last_name, 'manager', (
        select json_build_object('lastName', m.last_name) from employee m where m.employee_id = c.reports_to
      ), 'customers', (
        select coalesce(json_agg(json_build_object('company', u.company) order by u.customer_id), '[]')
        from (select * from customer where support_rep_id = c.employee_id order by customer_id limit 2) u
      ), 'reports', '[]'::json) order by c.employee_id), '[]')
      from (
        select * from employee where title = r.title and employee_id not in (
          select reports_to from employee where reports_to is not null)
        order by employee_id limit 2) c
    )) order by r.employee_id), '[]')
    from employee r where r.reports_to = e.employee_id
  )) order by e.employee_id)
  from employee e where e.title <> 'IT Staff'))
