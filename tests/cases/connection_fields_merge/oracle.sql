select json_build_object('artistsConnection', json_build_object(
  'edges', json_build_array(json_build_object('node', json_build_object('name', 'AC/DC', 'artistId', 1),
    'cursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(1)))),
  'nodes', json_build_array(json_build_object('name', 'AC/DC', 'albums', json_build_array(
    json_build_object('title', 'For Those About To Rock We Salute You'), json_build_object('title', 'Let There Be Rock')))),
  'pageInfo', json_build_object('hasNextPage', true, 'endCursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(1)))))
