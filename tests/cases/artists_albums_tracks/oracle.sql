select json_build_object('artists', (
  select json_agg(json_build_object('artistId', a.artist_id, 'name', a.name, 'albums', (
    select coalesce(json_agg(json_build_object('albumId', b.album_id, 'title', b.title, 'tracks', (
      select coalesce(json_agg(json_build_object('trackId', t.track_id, 'name', t.name, 'milliseconds', t.milliseconds)
                               order by t.milliseconds desc, t.track_id), '[]')
      from (select * from track where album_id = b.album_id and milliseconds > 200000
            order by milliseconds desc, track_id limit 3) t
    )) order by b.title desc, b.album_id), '[]')
    from (select * from album where artist_id = a.artist_id and position('o' in title) > 0
          order by title desc, album_id limit 2) b
  )) order by a.artist_id)
  from (select * from artist where name ~ '^A' order by artist_id limit 5) a))
