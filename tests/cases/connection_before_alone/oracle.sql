select json_build_object('artistsConnection', json_build_object('pageInfo', json_build_object(
  'hasPreviousPage', true, 'hasNextPage', true,
  'startCursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(100)), 'endCursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(199)))))
