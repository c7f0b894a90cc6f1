select json_build_object(
  'some', json_build_array(json_build_object('__typename', 'Artist', 'artistId', 1, 'name', 'AC/DC'), json_build_object('__typename', 'Artist', 'artistId', 2, 'name', 'Accept'), null),
  'one', json_build_array(json_build_object('nodeId', cursor_of('Track with trackId', int4send(3)), 'name', (select name from track where track_id = 3))),
  'none', json_build_array())
