select json_build_object(
  'track', (select json_build_object('name', name, 'album', json_build_object('title', title)) from track join album using (album_id) where track_id = 5),
  'genres', (select json_agg(json_build_object('name', name) order by genre_id) from genre where genre_id <= 2),
  '__typename', 'Query')
