select json_build_object(
  'tracks', (select json_agg(json_build_object('trackId', track_id) order by track_id)
             from (select track_id from track order by track_id limit 100) t),
  'playlists', (
    select json_agg(json_build_object('name', p.name, 'tracks', (
      select coalesce(json_agg(json_build_object('trackId', x.track_id) order by x.track_id), '[]')
      from (select track_id from playlist_track pt where pt.playlist_id = p.playlist_id order by track_id limit 100) x
    )) order by p.playlist_id)
    from (select * from playlist order by playlist_id limit 3) p))
