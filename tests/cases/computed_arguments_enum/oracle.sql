select json_build_object('tracks', (
  select json_agg(json_build_object('short', milliseconds < 180000, 'long', milliseconds > 300000) order by track_id)
  from (select * from track where album_id = 1 order by track_id limit 4) t))
