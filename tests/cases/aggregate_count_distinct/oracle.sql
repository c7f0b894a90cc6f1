select json_build_object('customersAggregate', (select json_build_array(json_build_object('country', json_build_object('countDistinct', count(distinct country)),
  'company', json_build_object('count', count(company), 'countDistinct', count(distinct company)), 'state', json_build_object('count', count(state)))) from customer),
  'invoicesAggregate', (select json_agg(json_build_object('customerId', json_build_object('countDistinct', count)) order by year)
    from (select extract(year from invoice_date) as year, count(distinct customer_id) from invoice group by 1) t))
