select json_build_object('playlistTracksConnection', json_build_object('edges', (
  select json_agg(json_build_object('cursor', cursor_of('PlaylistTrack by trackId Int desc nulls first, playlistId Int asc nulls last,', int4send(track_id), int4send(playlist_id)),
      'node', json_build_object('playlistId', playlist_id, 'trackId', track_id)) order by track_id desc, playlist_id)
  from (select * from playlist_track where track_id <= 3 order by track_id desc, playlist_id limit 4) page)))
