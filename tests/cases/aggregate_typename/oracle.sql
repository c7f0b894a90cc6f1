select json_build_object('tracksAggregate', json_build_array(json_build_object('__typename', 'TrackAggregate')),
  'groups', json_build_array(json_build_object('__typename', 'TrackAggregate', 'key', json_build_object('__typename', 'TrackAggregateKey'),
    'milliseconds', json_build_object('__typename', 'IntAggregate', 'sum', (select sum(milliseconds)::text from track where genre_id = 1)),
    'unitPrice', json_build_object('__typename', 'DecimalAggregate'))),
  'genres', json_build_array(json_build_object('tracksAggregate', json_build_array(json_build_object('__typename', 'TrackAggregate')))))
