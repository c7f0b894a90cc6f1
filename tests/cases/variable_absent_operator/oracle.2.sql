select json_build_object(
  'genres', '[{"name": "Jazz"}]'::json,
  'relation', '[]'::json,
  'negated', (select json_agg(json_build_object('name', name) order by genre_id) from genre where genre_id in (1, 3)))
