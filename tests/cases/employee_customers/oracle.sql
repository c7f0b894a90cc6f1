select json_build_object('employees', (
  select json_agg(json_build_object('lastName', e.last_name, 'customers', (
    select json_agg(json_build_object('firstName', c.first_name, 'company', c.company, 'supportRep', (
      select json_build_object('firstName', s.first_name, 'manager', (
        select json_build_object('lastName', m.last_name, 'reports', (
          select json_agg(json_build_object('lastName', r.last_name, 'hireDate', r.hire_date) order by r.hire_date desc, r.employee_id)
          from (select * from employee where reports_to = m.employee_id order by hire_date desc, employee_id limit 2) r))
        from employee m where m.employee_id = s.reports_to))
      from employee s where s.employee_id = c.support_rep_id)) order by c.company, c.customer_id)
    from (select * from customer where support_rep_id = e.employee_id order by company, customer_id limit 2) c
  )) order by e.last_name, e.employee_id)
  from employee e where e.employee_id in (select support_rep_id from customer)))
