select json_build_object('people', (select json_agg(json_build_object('lastName', last_name, 'city', city, 'customers', (
    select json_agg(json_build_object('lastName', last_name, 'city', city) order by customer_id) from (select * from customer where support_rep_id = e.employee_id order by customer_id limit 2) c)) order by employee_id) from employee e where last_name = 'Park'))
