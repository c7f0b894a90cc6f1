select json_build_object('invoices', (
  select json_agg(json_build_object(
    'invoiceId', i.invoice_id,
    'invoiceDate', i.invoice_date,
    'total', i.total::text,
    'customer', (select json_build_object('firstName', first_name, 'lastName', last_name, 'country', country)
                 from customer where customer_id = i.customer_id),
    'invoiceLines', (
      select json_agg(json_build_object('quantity', l.quantity, 'unitPrice', l.unit_price::text, 'track',
        json_build_object('name', l.name,
          'album', (select json_build_object('title', title, 'artist',
                      (select json_build_object('name', name) from artist where artist.artist_id = album.artist_id))
                    from album where album_id = l.album_id),
          'mediaType', (select json_build_object('name', name) from media_type where media_type_id = l.media_type_id)))
        order by l.name, l.invoice_line_id)
      from (select il.invoice_line_id, il.quantity, il.unit_price, t.name, t.album_id, t.media_type_id
            from invoice_line il join track t using (track_id) where il.invoice_id = i.invoice_id
            order by t.name, il.invoice_line_id limit 3) l)
  ) order by i.total desc, i.invoice_date, i.invoice_id)
  from invoice i where i.total >= 18.86))
