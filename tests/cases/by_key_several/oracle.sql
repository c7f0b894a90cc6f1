select json_build_object(
  'first', (select json_build_object('name', name, 'albums',
              (select json_agg(json_build_object('title', title) order by album_id) from album where artist_id = 1))
            from artist where artist_id = 1),
  'missing', (select json_build_object('name', name) from artist where artist_id = -1),
  'last', (select json_build_object('name', name) from artist where artist_id = 275))
