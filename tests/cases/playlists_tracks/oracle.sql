select json_build_object('playlists', (
  select json_agg(json_build_object('playlistId', p.playlist_id, 'name', p.name, 'tracks', (
    select coalesce(json_agg(json_build_object('trackId', t.track_id, 'name', t.name, 'playlists', (
      select json_agg(json_build_object('playlistId', q.playlist_id, 'name', q.name) order by q.playlist_id)
      from playlist q join playlist_track qt using (playlist_id) where qt.track_id = t.track_id
    )) order by t.track_id), '[]')
    from (select track.* from track join playlist_track pt using (track_id)
          where pt.playlist_id = p.playlist_id order by track_id limit 4 offset 1) t
  )) order by p.playlist_id)
  from (select * from playlist where playlist_id > 1 order by playlist_id limit 9) p))
