select json_build_object('playlistTracks', (
  select json_agg(json_build_object('playlistId', playlist_id, 'trackId', track_id) order by playlist_id desc, track_id)
  from (select * from playlist_track where playlist_id in (16, 17) order by playlist_id desc, track_id limit 30) x))
