select json_build_object('tracks', (
  select json_agg(json_build_object('name', t.name, 'album', json_build_object('title', title, 'artist', json_build_object('name', a.name)))
    order by track_id)
  from track t join album using (album_id) join artist a using (artist_id) where track_id in (1, 99)))
