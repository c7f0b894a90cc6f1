select json_build_object('tracksAggregate', json_build_array(json_build_object('count', (select count(*) from track))))
