select json_build_object('node', (select json_build_object('lastName', last_name, 'depth', null, 'superiors', json_build_array(
  json_build_object('lastName', 'Edwards', 'depth', 1), json_build_object('lastName', 'Adams', 'depth', 2))) from employee where employee_id = 3))
