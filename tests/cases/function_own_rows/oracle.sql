with y as (
  select extract(year from invoice_date)::int as year, count(*) as invoices, sum(total) as total, max(total) as largest
  from invoice group by 1),
x as (
  select y.*, round(y.total / invoices, 2) as average, i.invoice_id, i.total as largest_total, c.first_name || ' ' || c.last_name as called
  from y join lateral (select * from invoice where extract(year from invoice_date) = y.year
    order by total desc, invoice_id limit 1) i on true join customer c using (customer_id)
  where year >= 2021 and round(y.total / invoices, 2) > 5.60 and i.total < 24)
select json_build_object('yearlySales', (
  select json_agg(json_build_object('year', year, 'invoices', invoices::text, 'total', total::text, 'average', average::text,
    'largest', json_build_object('invoiceId', invoice_id, 'total', largest_total::text, 'customer', json_build_object('calledBy', called)))
    order by x.total desc, year)
  from (select * from x order by total desc, year limit 3) x))
