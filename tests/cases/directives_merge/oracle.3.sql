select json_build_object('artist', json_build_object(
  'name', (select name from artist where artist_id = 1),
  'albums', (select json_agg(json_build_object('albumId', album_id, 'artist', json_build_object('artistId', artist_id)))
             from album where album_id = 1)))
