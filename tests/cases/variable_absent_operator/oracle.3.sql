select json_build_object(
  'genres', (select json_agg(json_build_object('name', name) order by genre_id) from genre where genre_id in (2, 3)),
  'relation', (select json_agg(json_build_object('title', title) order by album_id) from album where album_id <= 2),
  'negated', '[]'::json)
