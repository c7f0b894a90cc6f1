select json_build_object(
  'tracks', (select json_agg(json_build_object('trackId', track_id, 'length', 'SHORT') order by track_id)
    from (select * from track where milliseconds < 180000 order by track_id limit 2) t),
  'all', (select json_agg(json_build_object('trackId', track_id,
      'length', case when milliseconds < 180000 then 'SHORT' when milliseconds <= 300000 then 'MEDIUM' else 'LONG' end,
      'seconds', milliseconds / 1000.0::float8)
      order by case when milliseconds < 180000 then 1 when milliseconds <= 300000 then 2 else 3 end desc, milliseconds)
    from track where album_id = 1))
