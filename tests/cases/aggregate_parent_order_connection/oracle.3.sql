with ordered as (
  select customer_id, email, sum(total), row_number() over (order by sum(total) desc, customer_id) as place
  from customer join invoice using (customer_id) group by 1, 2)
select json_build_object('customersConnection', json_build_object('edges', (
  select json_agg(json_build_object(
      'cursor', cursor_of('Customer by invoicesAggregate.total.sum Decimal desc nulls first, customerId Int asc nulls last,', numeric_send(sum), int4send(customer_id)),
      'node', json_build_object('email', email)) order by place)
  from ordered where place between 2 and 3),
  'pageInfo', json_build_object('hasNextPage', true, 'hasPreviousPage', true)))
