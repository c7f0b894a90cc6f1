select json_build_object('employees', json_agg(json_build_object('lastName', last_name, 'customersConnection', json_build_object(
  'nodes', (select json_agg(json_build_object('email', email) order by place)
    from (select email, row_number() over (order by (select count(*) from invoice i where i.customer_id = c.customer_id) desc, customer_id) as place
          from customer c where support_rep_id = e.employee_id) c where place <= 2),
  'totalCount', (select count(*) from customer c where support_rep_id = e.employee_id))) order by employee_id))
from employee e where title = 'Sales Support Agent'
