select json_build_object('tracks',
  (select json_agg(json_build_object('trackId', track_id) order by track_id) from track where track_id > 3353))
