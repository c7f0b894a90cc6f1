select json_build_object(
  'artists', (select json_agg(json_build_object('name', name) order by artist_id) from artist
              where artist_id in (select artist_id from album
                                  where album_id not in (select album_id from track where genre_id <> 3))),
  'genres', (select json_agg(json_build_object('name', g.name) order by g.genre_id) from genre g
             where not exists (select from track join invoice_line using (track_id) where track.genre_id = g.genre_id)),
  'customers', (select json_agg(json_build_object('lastName', last_name) order by customer_id) from customer
                where customer_id in (select customer_id from invoice where total > 15
                  and (select min(unit_price) from invoice_line l where l.invoice_id = invoice.invoice_id) > 1)))
