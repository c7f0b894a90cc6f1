select json_build_object('invoicesAggregate', json_agg(json_build_object(
  'key', json_build_object('customer', json_build_object('country', country)), 'count', count, 'total', json_build_object('sum', sum::text)) order by country))
from (select country, count(*), sum(total) from invoice join customer using (customer_id) group by country) t
