select json_build_object('__typename', 'Query',
  'genres', json_build_array(json_build_object('name', 'Rock')), 'node', json_build_object('name', 'AC/DC'))
