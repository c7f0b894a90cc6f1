select json_build_object('tracks', (
  select json_agg(json_build_object('name', t.name, 'playlists', (
    select coalesce(json_agg(json_build_object('name', p.name, 'playlistId', p.playlist_id)
                             order by p.name desc, p.playlist_id desc), '[]')
    from playlist p
    where p.name <> 'TV Shows'
      and p.playlist_id in (select playlist_id from playlist_track where track_id = t.track_id)
  )) order by t.track_id)
  from track t where t.track_id in (3402, 1, 3503)))
