select json_build_object('all', (select json_agg(json_build_object('__typename', 'Track')) from (select distinct media_type_id from track) t),
  'artists', (select json_agg(json_build_object('albums', json_build_array(json_build_object('__typename', 'Album')))) from artist where artist_id in (1, 22)))
