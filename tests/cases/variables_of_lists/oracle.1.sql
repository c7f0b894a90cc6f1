select json_build_object(
  'artists', '[{"artistId": 1}, {"artistId": 90}]'::json,
  'notNames', '[{"name": "Rock"}, {"name": "Metal"}]'::json,
  'invoices', (select json_agg(json_build_object('invoiceId', invoice_id) order by invoice_id) from invoice where total in (25.86, 23.86)),
  'dated', (select json_agg(json_build_object('invoiceId', invoice_id) order by invoice_id) from invoice where invoice_date = '2021-01-01'),
  'tracks', (select json_agg(json_build_object('name', name) order by track_id) from track where track_id <= 3))
