select json_build_object('tracksAggregate', json_build_array(json_build_object('count', 0,
  'milliseconds', json_build_object('count', 0, 'countDistinct', 0, 'sum', null, 'avg', null, 'min', null, 'max', null, 'stddev', null),
  'name', json_build_object('min', null))),
  'groups', json_build_array(),
  'one', json_build_array(json_build_object('count', 1, 'milliseconds', json_build_object('stddev', null))))
