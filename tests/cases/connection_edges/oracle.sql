select json_build_object('artistsConnection', json_build_object('edges', (
  select json_agg(json_build_object(
      'cursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(artist_id)),
      'node', json_build_object('artistId', artist_id, 'name', name)) order by artist_id)
  from artist where artist_id <= 3)))
