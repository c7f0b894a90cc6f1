select json_build_object('customersAggregate', json_agg(json_build_object('count', count,
  'key', json_build_object('state', state, 'country', country)) order by country, state))
from (select country, state, count(*) from customer group by 1, 2 order by 1, 2 limit 12) t
