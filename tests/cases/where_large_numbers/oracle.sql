select json_build_object(
  'max', (select json_agg(json_build_object('bytes', bytes) order by track_id) from track where bytes > 1000000000),
  'min', (select json_agg(json_build_object('bytes', bytes) order by track_id) from track where bytes < 50000))
