select json_build_object('employees', (
  select json_agg(json_build_object('fullName', e.first_name || ' ' || e.last_name,
    'customers', (select json_agg(json_build_object('calledBy', called) order by called)
      from (select first_name || ' ' || last_name as called from customer c
        where c.support_rep_id = e.employee_id and first_name || ' ' || last_name > 'F' order by called limit 3) c),
    'others', (select json_agg(json_build_object('calledBy', first_name || ' ' || last_name,
        'supportRep', json_build_object('fullName', e.first_name || ' ' || e.last_name)))
      from (select * from customer c where c.support_rep_id = e.employee_id order by customer_id limit 1) c)) order by e.employee_id)
  from (select * from employee e where exists (select from customer c where c.support_rep_id = e.employee_id)
    order by employee_id limit 2) e))
