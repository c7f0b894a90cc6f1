select json_build_object(
  'artists', (select json_agg(json_build_object('name', name) order by artist_id) from artist where artist_id <= 2),
  'track', (select json_build_object('name', name, 'unitPrice', unit_price::text) from track where track_id = 99),
  'invoices', (
    select json_agg(json_build_object('total', i.total::text, 'customer', json_build_object('email', i.email))
                    order by i.total desc, i.invoice_id)
    from (select invoice_id, total, email from invoice join customer using (customer_id)
          order by total desc, invoice_id limit 2) i))
