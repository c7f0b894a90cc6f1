with t as (select country, customer_id, first_name || ' ' || last_name as called, (select sum(total) from invoice i where i.customer_id = c.customer_id) as total from customer c)
select json_build_object(
  'countries', (select json_agg(json_build_object('name', country, 'total', total::text,
      'bestCustomer', (select json_build_object('calledBy', called, 'country', country) from t where t.country = s.country order by total desc, customer_id limit 1),
      'customers', (select json_agg(json_build_object('calledBy', called) order by called) from (select * from t where t.country = s.country order by called limit 2) t))
      order by s.total desc, country)
    from (select country, sum(total) as total from t group by 1 having bool_or(called like 'J%') order by 2 desc, 1 limit 3) s),
  'country', (select json_build_object('total', sum(total)::text) from t where country = 'Chile'))
