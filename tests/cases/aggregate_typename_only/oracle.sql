select json_build_object('tracksAggregate', json_build_array(json_build_object('__typename', 'TrackAggregate')))
