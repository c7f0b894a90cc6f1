select json_build_object(
  'playlists', (
    select json_agg(json_build_object('name', p.name, 'tracks', (
      select json_agg(json_build_object('trackId', track_id, 'album', json_build_object('title', title)) order by title, track_id desc)
      from (select t.track_id, b.title from playlist_track pt join track t using (track_id) join album b using (album_id)
            where pt.playlist_id = p.playlist_id order by b.title, t.track_id desc limit 3 offset 2) x
    )) order by p.playlist_id) from playlist p where playlist_id in (12, 16)),
  'mediaTypes', (
    select json_agg(json_build_object('name', m.name, 'tracks', (
      select json_agg(json_build_object('trackId', track_id, 'genre', json_build_object('name', name)) order by name desc, track_id)
      from (select t.track_id, g.name from track t join genre g using (genre_id)
            where t.media_type_id = m.media_type_id order by g.name desc, t.track_id limit 2) x
    )) order by m.media_type_id) from media_type m))
