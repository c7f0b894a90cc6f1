select json_build_object('albums', (
  select json_agg(json_build_object('title', b.title, 'albumId', b.album_id, 'artist', json_build_object('name', a.name),
    'tracks', (select json_agg(json_build_object('trackId', track_id) order by track_id)
               from (select * from track where album_id = b.album_id order by track_id limit 2) t), 'artistId', artist_id) order by album_id)
  from album b join artist a using (artist_id) where album_id <= 2))
