select json_build_object('artistsConnection', json_build_object(
  'edges', (select json_agg(json_build_object('cursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(artist_id)), 'node', json_build_object('name', name)) order by artist_id)
    from (select * from artist where true order by artist_id limit 2) page),
  'totalCount', (select count(*) from artist where true)))
