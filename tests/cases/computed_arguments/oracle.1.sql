select json_build_object('tracks', (
  select json_agg(json_build_object('trackId', track_id, 'net', round(unit_price, 2)::text, 'gross', round(unit_price * 1.19, 2)::text,
    'again', round(unit_price * 1.19, 2)::text, 'exact', round(unit_price * 1.19, 4)::text) order by track_id)
  from (select * from track where album_id = 1 order by track_id limit 3) t))
