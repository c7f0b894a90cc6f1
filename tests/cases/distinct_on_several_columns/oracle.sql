select json_build_object('customers', (select json_agg(json_build_object('country', country, 'state', state, 'customerId', id) order by country desc, state)
  from (select country, state, min(customer_id) as id from customer where country in ('USA', 'Chile', 'Germany', 'Canada') group by country, state) c))
