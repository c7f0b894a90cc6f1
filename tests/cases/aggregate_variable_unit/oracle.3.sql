select json_build_object('invoicesAggregate', json_agg(json_build_object('key', json_build_object('invoiceDate', day), 'total', json_build_object('avg', avg::text)) order by avg desc, day))
from (select invoice_date as day, avg(total) from invoice group by 1 order by 2 desc, 1 limit 2) t
