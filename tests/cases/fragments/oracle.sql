select json_build_object('albums', (
  select json_agg(json_build_object('albumId', b.album_id,
    'tracks', (select json_agg(json_build_object('name', t.name, 'genre', json_build_object('name', g.name)) order by t.track_id)
               from (select * from track where album_id = b.album_id order by track_id limit 2) t join genre g using (genre_id)),
    'artist', json_build_object('name', a.name),
    'artistId', a.artist_id) order by b.album_id)
  from album b join artist a using (artist_id) where album_id in (1, 5)))
