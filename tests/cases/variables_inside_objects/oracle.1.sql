select json_build_object(
  'artists', (select json_agg(json_build_object('name', name, 'albums',
                (select json_agg(json_build_object('albumId', album_id) order by album_id) from album b
                 where b.artist_id = a.artist_id and (album_id >= 100 or title ~ '^Live')))) from artist a where artist_id = 90),
  'some', (select json_agg(json_build_object('name', name) order by genre_id) from genre where genre_id in (1, 2, 3)))
