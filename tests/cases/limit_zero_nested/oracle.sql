select json_build_object(
  'artists', (select json_agg(json_build_object('name', name, 'albums', '[]'::json) order by artist_id) from artist where artist_id <= 2),
  'tracks', '[]'::json)
