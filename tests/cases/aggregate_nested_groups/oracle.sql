select json_build_object('customers', json_agg(json_build_object('email', email, 'invoicesAggregate',
  (select coalesce(json_agg(json_build_object('key', json_build_object('invoiceDate', year), 'total', json_build_object('sum', sum::text)) order by sum desc, year), '[]')
   from (select date_trunc('year', invoice_date) as year, sum(total) from invoice where invoice.customer_id = c.customer_id and total > 1
         group by 1 having count(*) > 1 order by 2 desc, 1 limit 2) t)) order by customer_id))
from (select * from customer where country = 'Brazil' order by customer_id limit 3) c
