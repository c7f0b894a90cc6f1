select json_build_object(
  'genres', (select json_agg('{"__typename": "Genre", "tracks": [{"__typename": "Track"}, {"__typename": "Track"}]}'::json) from genre where name ~ '^R'),
  'track', '{"__typename": "Track"}'::json)
