select json_build_object('customers', (select json_agg(json_build_object('country', country, 'city', city, 'lastName', last_name) order by city desc, country)
  from (select * from customer c where not exists (select 1 from customer o where o.city = c.city and o.country = c.country and (o.last_name, o.customer_id) > (c.last_name, c.customer_id))
    order by city desc, country limit 4) c))
