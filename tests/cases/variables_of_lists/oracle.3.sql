select json_build_object(
  'artists', '[]'::json,
  'notNames', '[{"name": "Jazz"}, {"name": "Metal"}]'::json,
  'invoices', (select json_agg(json_build_object('invoiceId', invoice_id) order by invoice_id) from invoice where total = 21.86),
  'dated', (select json_agg(json_build_object('invoiceId', invoice_id) order by invoice_id) from invoice where invoice_date = '2021-01-02'),
  'tracks', (select json_agg(json_build_object('name', name) order by track_id) from track where track_id = 99))
