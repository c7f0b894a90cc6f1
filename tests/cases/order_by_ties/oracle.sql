select json_build_object(
  'asc', (select json_agg(json_build_object('country', country, 'customerId', customer_id) order by country, customer_id)
          from customer where country in ('Brazil', 'Canada')),
  'desc', (select json_agg(json_build_object('country', country, 'customerId', customer_id) order by country desc, customer_id)
           from customer where country in ('Brazil', 'Canada')),
  'byTwo', (select json_agg(json_build_object('country', country, 'state', state, 'customerId', customer_id) order by country desc, state, customer_id)
            from customer where country in ('Brazil', 'Canada')),
  'keyFirst', (select json_agg(json_build_object('supportRepId', support_rep_id, 'customerId', customer_id) order by support_rep_id desc, customer_id desc)
               from (select * from customer order by support_rep_id desc, customer_id desc limit 4) c))
