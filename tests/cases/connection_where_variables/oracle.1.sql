select json_build_object('artistsConnection', json_build_object(
  'edges', (select json_agg(json_build_object('cursor', cursor_of('Artist by name String desc nulls first, artistId Int asc nulls last,', convert_to(name, 'UTF8'), int4send(artist_id)), 'node', json_build_object('name', name)) order by name desc, artist_id)
    from (select * from artist where name like 'The%' order by name desc, artist_id limit 2) page),
  'totalCount', (select count(*) from artist where name like 'The%')))
