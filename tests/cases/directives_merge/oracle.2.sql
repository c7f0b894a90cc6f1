select json_build_object('artist', json_build_object(
  'name', (select name from artist where artist_id = 1),
  'albums', (select json_agg(json_build_object('title', title)) from album where album_id = 1)))
