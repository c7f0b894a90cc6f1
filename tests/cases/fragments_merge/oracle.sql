select json_build_object('artist', (
  select json_build_object(
    'albums', (
      select json_agg(json_build_object(
        'title', b.title,
        'artist', json_build_object('name', a.name,
          'albums', (select json_agg(json_build_object('title', title)) from (select * from album where artist_id = 90 order by album_id limit 1) c),
          'artistId', a.artist_id),
        'tracks', (select json_agg(json_build_object('milliseconds', milliseconds, 'name', name))
                   from (select * from track where album_id = b.album_id order by track_id limit 1) t),
        'albumId', b.album_id) order by b.album_id)
      from (select * from album where artist_id = 90 order by album_id limit 2) b),
    'name', a.name,
    'artistId', a.artist_id,
    'again', a.name)
  from artist a where artist_id = 90))
