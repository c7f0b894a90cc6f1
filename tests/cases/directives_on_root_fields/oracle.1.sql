select json_build_object(
  'artists', (select json_agg(json_build_object('name', name)) from artist where artist_id = 1),
  'genres', (select json_agg(json_build_object('name', name) order by genre_id) from genre where genre_id <= 2),
  '__typename', 'Query')
