select json_build_object('tracks', (select json_agg(json_build_object('albumId', album_id, 'trackId', track_id, 'name', name) order by album_id)
  from (select * from track t where track_id = (select min(track_id) from track where album_id = t.album_id) order by album_id offset 2 limit 6) t))
