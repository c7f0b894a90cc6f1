with y as (select distinct customer_id, extract(year from invoice_date)::int as year from invoice)
select json_build_object('customers', (
  select json_agg(json_build_object(
    'yearsConnection', json_build_object(
      'nodes', (select json_agg(json_build_object('year', year) order by year)
        from (select * from y where y.customer_id = c.customer_id order by year desc limit 2) y),
      'pageInfo', json_build_object('hasPreviousPage', (select count(*) > 2 from y where y.customer_id = c.customer_id))),
    'later', json_build_object('totalCount', (select count(*) from y where y.customer_id = c.customer_id and year >= 2024)))
    order by customer_id)
  from (select * from customer order by customer_id limit 3) c))
