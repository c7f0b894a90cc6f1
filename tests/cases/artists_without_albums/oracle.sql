select json_build_object('artists', (
  select json_agg(json_build_object('name', a.name, 'albums', (
    select coalesce(json_agg(json_build_object('title', b.title) order by b.album_id), '[]')
    from album b where b.artist_id = a.artist_id)) order by a.artist_id)
  from artist a where artist_id between 24 and 27))
