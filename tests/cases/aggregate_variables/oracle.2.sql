select json_build_object('invoicesAggregate', json_agg(json_build_object('count', count, 'total', json_build_object('sum', sum::text)) order by sum desc, billing_country))
from (select billing_country, count(*), sum(total) from invoice where total > 5 group by 1 having sum(total) > 50 order by sum(total) desc, billing_country limit 3) t
