select json_build_object('artistsConnection', json_build_object('edges', json_build_array(),
  'pageInfo', json_build_object('hasNextPage', false, 'hasPreviousPage', true, 'startCursor', null, 'endCursor', null)))
