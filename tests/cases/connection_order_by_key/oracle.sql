select json_build_object('tracksConnection', json_build_object('edges', (
  select json_agg(json_build_object('cursor', cursor_of('Track by trackId Int desc nulls first,', int4send(track_id)), 'node', json_build_object('trackId', track_id))
    order by track_id desc) from (select * from track where album_id = 1 order by track_id desc limit 2) page)))
