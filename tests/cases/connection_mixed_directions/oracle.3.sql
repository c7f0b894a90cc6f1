with ordered as (
  select *, row_number() over (order by billing_country, total desc, invoice_id) as place from invoice)
select json_build_object('invoicesConnection', json_build_object('edges', (
  select json_agg(json_build_object(
      'cursor', cursor_of('Invoice by billingCountry String asc nulls last, total Decimal desc nulls first, invoiceId Int asc nulls last,', convert_to(billing_country, 'UTF8'), numeric_send(total), int4send(invoice_id)),
      'node', json_build_object('invoiceId', invoice_id, 'billingCountry', billing_country, 'total', total::text)) order by place)
  from ordered where place between 2 and 5)))
