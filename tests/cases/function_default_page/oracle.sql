select json_build_object('yearlySales', (
  select json_agg(json_build_object('year', year) order by year)
  from (select distinct extract(year from invoice_date)::int as year from invoice order by 1 limit 3) y))
