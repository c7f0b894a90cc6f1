select json_build_object(
  'artists', (select json_agg(json_build_object('nodeId', cursor_of('Artist with artistId', int4send(artist_id))) order by artist_id) from artist where artist_id <= 2),
  'playlistTracksConnection', json_build_object('edges', (
    select json_agg(json_build_object(
      'cursor', cursor_of('PlaylistTrack by playlistId Int asc nulls last, trackId Int asc nulls last,', int4send(1), int4send(track_id)),
      'node', json_build_object('nodeId', cursor_of('PlaylistTrack with playlistId, trackId', int4send(1), int4send(track_id)),
        'track', json_build_object('nodeId', cursor_of('Track with trackId', int4send(track_id)), 'name', name))) order by track_id)
    from track where track_id <= 2)),
  'playlistTrack', json_build_object('nodeId', cursor_of('PlaylistTrack with playlistId, trackId', int4send(1), int4send(2))),
  'again', json_build_object('playlistId', 1, 'trackId', 2))
