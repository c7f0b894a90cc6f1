select json_build_object('page', json_build_object(
  'kind', 'ArtistConnection', 'count', 275,
  'info', json_build_object('__typename', 'PageInfo', 'more', true, 'from', cursor_of('Artist by artistId Int asc nulls last,', int4send(1))),
  'rows', json_build_array(json_build_object('__typename', 'ArtistEdge',
    'row', json_build_object('__typename', 'Artist', 'id', 1), 'again', json_build_object('name', 'AC/DC'),
    'at', cursor_of('Artist by artistId Int asc nulls last,', int4send(1))))))
