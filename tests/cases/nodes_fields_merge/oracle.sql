select json_build_object('nodes', json_build_array(
  json_build_object('albums', (select json_agg(json_build_object('albumId', album_id, 'title', title)) from (select * from album where artist_id = 2 order by album_id limit 1) a)),
  (select json_build_object('name', name) from track where track_id = 2)))
