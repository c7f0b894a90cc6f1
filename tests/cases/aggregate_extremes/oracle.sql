select json_build_object('employeesAggregate', json_build_array(json_build_object('birthDate', json_build_object('min', min(birth_date), 'max', max(birth_date)),
  'lastName', json_build_object('min', min(last_name), 'max', max(last_name)), 'reportsTo', json_build_object('min', min(reports_to)))))
from employee
