select json_build_object('employees', json_build_array(
    json_build_object('depth', null, 'team', (select json_agg(json_build_object('depth', case when reports_to = 1 then 1 else 2 end) order by reports_to = 1 desc, employee_id) from employee where employee_id > 1)),
    json_build_object('depth', null, 'team', (select json_agg(json_build_object('depth', 1)) from employee where reports_to = 2))),
  'customers', json_build_array(json_build_object('supportRep', json_build_object())))
