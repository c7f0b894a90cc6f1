select json_build_object('tracks', (
  select json_agg(json_build_object('name', t.name,
    'playlists', (select json_agg(json_build_object('name', name, 'tracks',
                    (select json_agg(json_build_object('trackId', track_id)) from (
                       select track_id from playlist_track pt where pt.playlist_id = p.playlist_id order by 1 limit 1) f)) order by playlist_id)
                  from (select p.* from playlist p join playlist_track using (playlist_id) where track_id = t.track_id order by 1 limit 2) p),
    'genre', json_build_object('name', g.name))
    order by track_id)
  from track t join genre g using (genre_id) where track_id in (1, 99)))
