select json_build_object(
  '__type', '{"name": "Genre", "kind": "OBJECT"}'::json,
  'genres', (select json_agg(json_build_object('name', name)) from genre where genre_id = 1),
  'missing', null)
