select json_build_object('employees', (select json_agg(json_build_object('lastName', e.last_name, 'team', coalesce((
    select json_agg(json_build_object('depth', depth, 'employeeId', employee_id, 'lastName', last_name) order by depth, employee_id)
    from (select d.*, 1 as depth from employee d where d.reports_to = e.employee_id
      union all select d.*, 2 from employee d join employee m on m.employee_id = d.reports_to where m.reports_to = e.employee_id) d), '[]')) order by e.employee_id) from employee e))
