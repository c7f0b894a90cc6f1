select json_build_object('invoicesAggregate', json_agg(json_build_object(
  'key', json_build_object('invoiceDate', year, 'customer', json_build_object('country', country)), 'count', count) order by country desc, year))
from (select date_trunc('year', invoice_date) as year, country, count(*) from invoice join customer using (customer_id)
      group by 1, 2 order by 2 desc, 1 limit 8) t
