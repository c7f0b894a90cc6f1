select json_build_object('employee', json_build_object('team', coalesce((select json_agg(json_build_object('depth', depth, 'lastName', last_name) order by depth, employee_id) from (
    select *, case when reports_to = 1 then 1 else 2 end as depth from employee where employee_id > 1) e where depth <= 9), '[]'),
  'nearest', (select json_agg(json_build_object('lastName', last_name) order by employee_id) from employee where reports_to = 1)))
