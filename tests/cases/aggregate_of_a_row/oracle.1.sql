select json_build_object('album', json_build_object('title', 'For Those About To Rock We Salute You', 'tracksAggregate',
  json_build_array(json_build_object('key', json_build_object('mediaType', json_build_object('name', 'MPEG audio file')), 'count', 10))))
