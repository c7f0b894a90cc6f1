select json_build_object('node', (select json_build_object('__typename', 'Track',
  'nodeId', cursor_of('Track with trackId', int4send(track_id)), 'title', name, 'milliseconds', milliseconds,
  'album', json_build_object('nodeId', cursor_of('Album with albumId', int4send(album_id)),
    'artist', json_build_object('nodeId', cursor_of('Artist with artistId', int4send(artist_id))))) from track join album using (album_id) where track_id = 14))
