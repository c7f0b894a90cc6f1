select json_build_object(
  'invoices', (select json_agg(json_build_object('total', total::text) order by total, invoice_id) from invoice where total > 15.86 and total <= 21.86),
  'literal', (select json_agg(json_build_object('total', total::text) order by invoice_id) from invoice where total > 18.86),
  'zeros', (select json_agg(json_build_object('unitPrice', unit_price::text)) from (select * from invoice_line where unit_price = 1.99 order by invoice_line_id limit 1) l),
  'exact', '[]'::json,
  'in', (select json_agg(json_build_object('invoiceId', invoice_id, 'total', total::text) order by invoice_id) from invoice where total = 21.86 or total = 25.86))
