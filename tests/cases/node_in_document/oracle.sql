select json_build_object(
  'artist', json_build_object('nodeId', cursor_of('Artist with artistId', int4send(2)), 'artistId', 2, 'called', 'Accept', 'kind', 'Artist'),
  'track', json_build_object('nodeId', cursor_of('Track with trackId', int4send(3)), 'name', (select name from track where track_id = 3)))
