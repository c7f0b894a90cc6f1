select json_build_object(
  'some', json_build_array(json_build_object('__typename', 'Artist', 'artistId', 1), (select json_build_object('__typename', 'Album', 'title', title) from album where album_id = 5), null),
  'one', json_build_array(json_build_object('nodeId', cursor_of('Track with trackId', int4send(3)), 'name', (select name from track where track_id = 3))),
  'none', json_build_array())
