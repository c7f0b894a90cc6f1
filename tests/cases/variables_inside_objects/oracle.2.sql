select json_build_object(
  'artists', (select json_agg(json_build_object('name', name, 'albums',
                (select coalesce(json_agg(json_build_object('albumId', album_id) order by album_id), '[]') from album b
                 where b.artist_id = a.artist_id and title ~ 'Load')) order by artist_id) from artist a where artist_id between 50 and 52),
  'some', (select json_agg(json_build_object('name', name) order by genre_id) from genre where genre_id in (2, 3, 4)))
