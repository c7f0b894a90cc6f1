select json_build_object(
  'tracks', (select json_agg(json_build_object('trackId', track_id) order by milliseconds desc, track_id)
             from (select * from track where album_id <= 3 order by milliseconds desc, track_id limit 4) t),
  'one', (select json_agg(json_build_object('trackId', track_id) order by bytes, name, track_id)
          from (select * from track order by bytes, name, track_id limit 2) t),
  'direction', (select json_agg(json_build_object('name', name) order by name, track_id) from (select * from track order by name, track_id limit 2) t))
