select json_build_object(
  'invoicesAggregate', (select json_agg(json_build_object('key', json_build_object('billingCountry', billing_country), 'total', json_build_object('sum', sum::text)) order by sum desc, billing_country)
    from (select billing_country, sum(total) from invoice group by 1 order by 2 desc, 1 limit 5) t),
  'ties', (select json_agg(json_build_object('key', json_build_object('billingCountry', billing_country), 'count', count) order by count, billing_country)
    from (select billing_country, count(*) from invoice group by 1 order by 2, 1 limit 20) t),
  'nulls', (select json_agg(json_build_object('key', json_build_object('title', title), 'reportsTo', json_build_object('max', max)) order by max nulls first, title)
    from (select title, max(reports_to) from employee group by 1) t))
