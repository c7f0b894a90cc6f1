select json_build_object('invoicesAggregate', json_agg(json_build_object('count', count, 'total', json_build_object('sum', sum::text)) order by year desc, country))
from (select date_trunc('year', invoice_date) as year, country, count(*), sum(total) from invoice join customer using (customer_id) group by 1, 2 order by 1 desc, 2 limit 6) t
