select json_build_object(
  'tracks', '[]'::json,
  'artist', json_build_object('albums', (select json_agg(json_build_object('title', title) order by album_id) from album where artist_id = 1)))
