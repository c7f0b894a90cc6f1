select json_build_object('employee',
  (select json_build_object('firstName', first_name, 'reportsTo', reports_to, 'manager', null) from employee where employee_id = 1))
