select json_build_object('employees', (select json_agg(json_build_object('team', (select json_agg(json_build_object('lastName', e.last_name,
    'manager', (select json_build_object('lastName', last_name, 'depth', null, 'team', (select json_agg(json_build_object('depth', 1)) from employee where reports_to = m.employee_id)) from employee m where m.employee_id = e.reports_to),
    'superiors', (select json_agg(json_build_object('lastName', last_name, 'depth', depth) order by depth) from (
      select last_name, 1 as depth from employee where employee_id = e.reports_to
      union all select b.last_name, 2 from employee m join employee b on b.employee_id = m.reports_to where m.employee_id = e.reports_to) s),
    'customers', coalesce((select json_agg(json_build_object('lastName', last_name, 'supportRep', json_build_object('depth', null)))
      from (select * from customer where support_rep_id = e.employee_id order by customer_id limit 1) c), '[]')) order by e.employee_id desc)
  from (select * from employee where employee_id <> 1 order by employee_id desc limit 3) e))) from employee where reports_to is null))
