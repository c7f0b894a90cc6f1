select json_build_object(
  'eq', (select json_agg(json_build_object('trackId', track_id) order by track_id) from track where milliseconds = 343719),
  'ne', (select json_agg(json_build_object('name', name) order by genre_id) from (select * from genre where name <> 'Rock' order by genre_id limit 2) g),
  'in', (select json_agg(json_build_object('name', name) order by genre_id) from genre where genre_id = 3 or genre_id = 25),
  'notIn', (select json_agg(json_build_object('name', name) order by media_type_id) from media_type where media_type_id <> 1 and media_type_id <> 3),
  'inText', (select json_agg(json_build_object('genreId', genre_id) order by genre_id) from genre where name = 'Jazz' or name = 'Pop'),
  'notInText', (select json_agg(json_build_object('mediaTypeId', media_type_id) order by media_type_id) from media_type
                where name <> 'AAC audio file' and name <> 'MPEG audio file'))
