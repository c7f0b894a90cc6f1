select json_build_object('artistsConnection', json_build_object(
  'edges', (select json_agg(json_build_object('cursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(artist_id)),
      'node', json_build_object('name', name)) order by artist_id) from artist where artist_id in (3, 4)),
  'pageInfo', json_build_object('hasNextPage', true, 'hasPreviousPage', true,
    'startCursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(3)), 'endCursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(4)))))
