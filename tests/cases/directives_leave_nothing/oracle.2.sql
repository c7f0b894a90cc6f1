select json_build_object(
  'genres', (select json_agg(json_build_object('name', name, 'tracks',
     (select json_agg(json_build_object('name', t.name)) from (select * from track where genre_id = g.genre_id order by track_id limit 1) t))
     order by genre_id) from genre g where genre_id <= 2),
  'album', (select json_build_object('artist', json_build_object('name', name)) from album join artist using (artist_id) where album_id = 1))
