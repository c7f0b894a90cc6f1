select json_build_object('invoicesAggregate', json_agg(json_build_object('count', count,
  'key', json_build_object('billingCountry', billing_country, 'year', year, 'invoiceDate', year),
  'total', json_build_object('sum', sum::text, 'max', max::text, 'min', min::text)) order by billing_country, year))
from (select billing_country, date_trunc('year', invoice_date) as year, count(*), sum(total), max(total), min(total) from invoice group by 1, 2 order by 1, 2 limit 4) t
