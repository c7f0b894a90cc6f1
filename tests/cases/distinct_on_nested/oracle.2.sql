select json_build_object('genres', (select json_agg(json_build_object('name', g.name, 'tracks', coalesce((
    select json_agg(json_build_object('name', t.name, 'mediaType', json_build_object('name', m.name), 'invoiceLines', coalesce((
        select json_agg(json_build_object('invoiceLineId', invoice_line_id) order by invoice_line_id)
        from (select * from invoice_line where track_id = t.track_id order by invoice_line_id limit 2) l), '[]')) order by t.media_type_id desc)
    from (select t.*, row_number() over (order by t.media_type_id desc) as number
      from (select t.*, row_number() over (partition by media_type_id order by unit_price, title, track_id) as place
        from track t left join album using (album_id) where t.genre_id = g.genre_id) t where place = 1) t
    join media_type m using (media_type_id) where number <= 1), '[]')) order by g.genre_id) from genre g where genre_id <= 4))
