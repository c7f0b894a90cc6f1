select json_build_object('customers', (select json_agg(json_build_object('country', country, 'city', city, 'lastName', last_name) order by country)
  from (select * from customer c where customer_id = (select min(customer_id) from customer where country = c.country) order by country limit 4) c))
