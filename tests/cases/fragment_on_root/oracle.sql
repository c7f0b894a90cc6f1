select json_build_object(
  'genres', (select json_agg(json_build_object('name', name, 'genreId', genre_id) order by genre_id) from genre where genre_id <= 2),
  'mediaTypes', (select json_agg(json_build_object('name', name)) from media_type where media_type_id = 1))
