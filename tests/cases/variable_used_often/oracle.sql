select json_build_object(
  'tracks', (
    select json_agg(json_build_object('trackId', track_id, 'playlists', (
      select coalesce(json_agg(json_build_object('playlistId', playlist_id) order by playlist_id), '[]')
      from (select playlist_id from playlist_track pt where pt.track_id = t.track_id order by 1 limit 3 offset 3) p)) order by track_id)
    from (select * from track where track_id = 3 or album_id = 3 or composer ~ 'U. Dirkschneider' order by track_id limit 3) t),
  'artist', (select json_build_object('name', name) from artist where artist_id = 3))
