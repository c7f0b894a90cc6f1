select json_build_object('tracksConnection', json_build_object(
  'totalCount', (select count(*) from track where album_id = 1),
  'nodes', (select json_agg(json_build_object('trackId', track_id) order by track_id)
    from (select track_id from track where album_id = 1 and track_id > 6 order by track_id limit 2) page)))
