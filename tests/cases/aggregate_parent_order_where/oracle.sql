select json_build_object('customers', json_agg(json_build_object('email', email, 'invoicesAggregate', (
  select json_build_array(json_build_object('count', count(*), 'total', json_build_object('max', max(total)::text))) from invoice i where i.customer_id = c.customer_id and total > 5)) order by most desc, customer_id))
from (select email, customer_id, (select max(total) from invoice i where i.customer_id = c.customer_id) as most from customer c
      where country = 'USA' order by most desc, customer_id limit 3 offset 1) c
