select json_build_object(
  'playlistTrack', (select json_build_object('trackId', track_id, 'playlistId', playlist_id)
                    from playlist_track where playlist_id = 2 and track_id = 1),
  'playlistTracks', (select json_agg(json_build_object('playlistId', playlist_id) order by playlist_id desc)
                     from playlist_track where track_id = 1))
