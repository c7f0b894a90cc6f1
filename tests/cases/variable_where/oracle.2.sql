select json_build_object(
  'tracks', (select json_agg(json_build_object('name', name, 'album', json_build_object('title', title)) order by track_id)
             from (select * from track join album using (album_id) where artist_id = 1 and name ~ 'Rock' order by track_id limit 3) t),
  'artist', json_build_object('albums', (select json_agg(json_build_object('title', title)) from album where artist_id = 1 and album_id > 1)))
