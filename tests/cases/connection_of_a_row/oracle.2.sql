select json_build_object('invoice', json_build_object('invoiceLinesConnection', (
  with ordered as (select *, row_number() over (order by invoice_line_id) as place from invoice_line where invoice_id = 5)
  select json_build_object(
    'edges', (select coalesce(json_agg(json_build_object('cursor', cursor_of('InvoiceLine by invoiceLineId Int asc nulls last,', int4send(invoice_line_id)), 'node',
        json_build_object('invoiceLineId', invoice_line_id, 'track', json_build_object('name', track.name))) order by place), '[]')
      from ordered join track using (track_id) where place > 0 and place <= 0 + 2),
    'pageInfo', json_build_object('hasNextPage', (select count(*) > 0 + 2 from ordered), 'hasPreviousPage', false)))))
