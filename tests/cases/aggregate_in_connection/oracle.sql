select json_build_object('invoicesConnection', json_build_object('edges', (select json_agg(json_build_object('node', json_build_object('invoiceId', invoice_id,
  'invoiceLinesAggregate', (select json_build_array(json_build_object('count', count(*), 'quantity', json_build_object('sum', sum(quantity)::text))) from invoice_line l where l.invoice_id = i.invoice_id))) order by total desc, invoice_id)
  from (select * from invoice order by total desc, invoice_id limit 2) i), 'pageInfo', json_build_object('hasNextPage', true)))
