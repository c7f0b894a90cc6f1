with ordered as (select *, row_number() over (order by total desc, invoice_id) as place from invoice)
select json_build_object('invoicesConnection', json_build_object(
  'edges', (select json_agg(json_build_object('cursor', cursor_of('Invoice by total Decimal desc nulls first, invoiceId Int asc nulls last,', numeric_send(total), int4send(invoice_id)),
      'node', json_build_object('total', total::text)) order by place) from ordered where place between 6 and 8),
  'pageInfo', json_build_object('endCursor', (
    select cursor_of('Invoice by total Decimal desc nulls first, invoiceId Int asc nulls last,', numeric_send(total), int4send(invoice_id)) from ordered where place = 8))))
