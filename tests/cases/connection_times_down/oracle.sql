with ordered as (select *, row_number() over (order by invoice_date desc, invoice_id desc) as place from invoice),
  page as (select * from ordered where place > (select place from ordered where invoice_id = 404) order by place limit 4)
select json_build_object('invoicesConnection', json_build_object(
  'nodes', (select json_agg(json_build_object('invoiceId', invoice_id, 'invoiceDate', invoice_date) order by place) from page),
  'pageInfo', json_build_object('hasNextPage', true, 'endCursor', (
    select cursor_of('Invoice by invoiceDate LocalDateTime desc nulls first, invoiceId Int desc nulls first,', timestamp_send(invoice_date), int4send(invoice_id)) from page order by place desc limit 1))))
