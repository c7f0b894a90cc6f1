select json_build_object('__typename', 'Query',
  'nodes', json_build_array(json_build_object('nodeId', cursor_of('Genre with genreId', int4send(1)), 'name', 'Rock')),
  'genres', json_build_array(json_build_object('name', 'Rock')), 'node', json_build_object('name', 'AC/DC'))
