select json_build_object(
  'more', json_build_object('pageInfo', json_build_object('hasNextPage', true)),
  'all', json_build_object('pageInfo', json_build_object('hasNextPage', false, 'hasPreviousPage', false)),
  'backward', json_build_object('pageInfo', json_build_object('hasPreviousPage', true, 'hasNextPage', false)))
