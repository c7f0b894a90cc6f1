select json_build_object(
  'artists', (select json_agg(json_build_object('name', a.name, 'albums',
                (select coalesce(json_agg(json_build_object('title', title) order by album_id), '[]') from album where artist_id = a.artist_id))
                order by artist_id) from artist a where name = 'Motörhead' or name = 'Mötley Crüe' or name = 'Legião Urbana'),
  'playlists', (select json_agg(json_build_object('name', name) order by playlist_id) from playlist where position('’' in name) > 0),
  'customers', (select json_agg(json_build_object('city', city, 'lastName', last_name) order by customer_id) from customer where city ~ '^São'))
