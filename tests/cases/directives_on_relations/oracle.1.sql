select json_build_object('tracks', (
  select json_agg(json_build_object('name', t.name,
    'album', json_build_object('title', title, 'artist', json_build_object('name', a.name)),
    'playlists', (select json_agg(json_build_object('name', name) order by playlist_id)
                  from (select p.* from playlist p join playlist_track using (playlist_id) where track_id = t.track_id order by 1 limit 2) p))
    order by track_id)
  from track t join album using (album_id) join artist a using (artist_id) where track_id in (1, 99)))
