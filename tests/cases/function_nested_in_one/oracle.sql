with y as (
  select customer_id, extract(year from invoice_date)::int as year, count(*) as invoices, sum(total) as total, max(total) as largest
  from invoice group by 1, 2)
select json_build_object(
  'invoices', (select json_agg(json_build_object('customer', json_build_object('calledBy', c.first_name || ' ' || c.last_name,
      'years', (select coalesce(json_agg(json_build_object('year', year, 'invoices', invoices::text, 'total', total::text) order by year), '[]')
        from (select * from y where y.customer_id = c.customer_id and year >= 2022 order by year limit 3) y))) order by invoice_id)
    from (select * from invoice order by invoice_id limit 2) i join customer c using (customer_id)),
  'customer', (select json_build_object('years', (
      select json_agg(json_build_object('year', year, 'largest', json_build_object('total', largest::text)) order by year desc)
      from (select * from y where customer_id = 5 order by year desc limit 2) y))))
