select json_build_object(
  'ne', (select json_agg(json_build_object('employeeId', employee_id) order by employee_id) from employee where reports_to in (1, 6)),
  'notIn', (select json_agg(json_build_object('employeeId', employee_id) order by employee_id) from employee where reports_to = 1),
  'not', (select json_agg(json_build_object('employeeId', employee_id) order by employee_id) from employee where not reports_to = 2),
  'notAll', (select json_agg(json_build_object('employeeId', employee_id) order by employee_id) from employee))
