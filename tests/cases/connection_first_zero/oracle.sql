select json_build_object(
  'some', json_build_object('nodes', json_build_array(),
    'pageInfo', json_build_object('hasNextPage', true, 'hasPreviousPage', false, 'endCursor', null)),
  'none', json_build_object('edges', json_build_array(), 'pageInfo', json_build_object('hasNextPage', false), 'totalCount', 0))
