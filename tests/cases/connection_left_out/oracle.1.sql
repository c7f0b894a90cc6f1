select json_build_object('genres', json_build_array(json_build_object('name', 'Rock')),
  'genresConnection', json_build_object('totalCount', 25, 'nodes', json_build_array(json_build_object('name', 'Rock')),
    'pageInfo', json_build_object('hasNextPage', true)))
