select json_build_object('employees', json_agg(json_build_object('lastName', last_name,
  'colleagues', (select json_agg(json_build_object('lastName', c.last_name, 'customersAggregate',
     json_build_array(json_build_object('count', (select count(*) from customer where support_rep_id = c.employee_id)))) order by c.employee_id) from employee c where c.title = e.title),
  'colleaguesAggregate', json_build_array(json_build_object('count', (select count(*) from employee c where c.title = e.title)))) order by employee_id))
from (select * from employee order by employee_id limit 3) e
