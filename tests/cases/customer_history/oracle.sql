select json_build_object('customers', (
  select json_agg(json_build_object('lastName', c.last_name,
    'supportRep', (select json_build_object('firstName', e.first_name, 'customers',
        (select json_agg(json_build_object('city', city) order by city desc, customer_id) from customer where support_rep_id = e.employee_id and country = 'Germany'))
      from employee e where e.employee_id = c.support_rep_id),
    'invoices', (select json_agg(json_build_object('invoiceDate', i.invoice_date, 'total', i.total::text, 'invoiceLines',
        (select json_agg(json_build_object('invoiceLineId', l.invoice_line_id, 'unitPrice', l.unit_price::text, 'track',
            (select json_build_object('name', t.name, 'playlists',
               (select coalesce(json_agg(json_build_object('name', p.name) order by p.playlist_id), '[]')
                from playlist p join playlist_track using (playlist_id) where track_id = t.track_id and p.name <> 'Music'))
             from track t where t.track_id = l.track_id)) order by l.unit_price desc, l.invoice_line_id desc)
         from (select * from invoice_line where invoice_id = i.invoice_id order by unit_price desc, invoice_line_id desc limit 2) l))
        order by i.invoice_date desc, i.invoice_id)
      from (select * from invoice where customer_id = c.customer_id order by invoice_date desc, invoice_id limit 3) i)))
  from customer c where email = 'leonekohler@surfeu.de'))
