select json_build_object('album', json_build_object(
  'albumId', 347,
  'title', (select title from album where album_id = 347),
  'artist', json_build_object('name', (select name from artist join album using (artist_id) where album_id = 347)),
  'tracks', (select json_agg(json_build_object('name', name) order by track_id)
             from (select * from track where album_id = 347 order by track_id limit 2) t)))
