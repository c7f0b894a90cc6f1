select json_build_object('tracks', (
  select json_agg(json_build_object('name', name, 'playlists',
    (select json_agg(json_build_object('playlistId', playlist_id) order by playlist_id desc) from playlist_track
     where track_id = 3 and playlist_id <> 1))) from track where track_id = 3))
