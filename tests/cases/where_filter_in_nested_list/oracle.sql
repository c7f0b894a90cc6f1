select json_build_object('artists', (
  select json_agg(json_build_object('name', a.name, 'albums', (
    select coalesce(json_agg(json_build_object('title', b.title, 'tracks', (
      select coalesce(json_agg(json_build_object('name', t.name) order by t.track_id), '[]')
      from (select * from track where album_id = b.album_id
              and track_id in (select track_id from playlist_track where playlist_id = 17) order by track_id limit 2) t
    )) order by b.album_id), '[]')
    from album b where b.artist_id = a.artist_id and lower(b.title) ~ 'rock'
      and (select count(composer) from track where album_id = b.album_id) > 0
  )) order by a.artist_id)
  from (select * from artist where artist_id in (select artist_id from album where lower(title) ~ 'rock') order by artist_id limit 4) a))
