select json_build_object('playlist', (
  select json_build_object('playlistId', p.playlist_id, 'name', p.name, 'tracks', (
    select json_agg(json_build_object('trackId', t.track_id, 'name', t.name, 'milliseconds', t.milliseconds, 'unitPrice', t.unit_price::text,
      'album', json_build_object('title', b.title, 'artist', json_build_object('name', a.name)),
      'genre', json_build_object('name', g.name), 'mediaType', json_build_object('name', m.name),
      'invoiceLines', (select coalesce(json_agg(json_build_object('quantity', l.quantity, 'invoice',
           json_build_object('invoiceDate', i.invoice_date, 'customer', json_build_object('firstName', c.first_name))) order by l.invoice_line_id), '[]')
         from (select * from invoice_line where track_id = t.track_id order by invoice_line_id limit 2) l
           join invoice i using (invoice_id) join customer c using (customer_id))) order by t.name, t.track_id)
    from (select track.* from track join playlist_track using (track_id) where playlist_id = 12 order by name, track_id limit 5 offset 5) t
      join album b using (album_id) join artist a using (artist_id) join genre g using (genre_id) join media_type m using (media_type_id)))
  from playlist p where playlist_id = 12))
