select json_build_object('artistsConnection', json_build_object(
  'nodes', (select json_agg(json_build_object('name', name) order by artist_id) from artist where artist_id <= 2),
  'pageInfo', json_build_object('hasNextPage', true, 'hasPreviousPage', false,
    'startCursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(1)), 'endCursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(2)))))
