select json_build_object(
  'and', (select json_agg(json_build_object('trackId', track_id) order by track_id) from track where milliseconds > 1000000 and unit_price < 1),
  'or', (select json_agg(json_build_object('name', name) order by genre_id) from genre where name ~ '^R' or genre_id >= 24),
  'not', (select json_agg(json_build_object('name', name) order by media_type_id) from media_type where name !~ 'AAC'),
  'nested', (select json_agg(json_build_object('name', name) order by genre_id) from genre
             where genre_id < 20 and ((name ~ 'o' and name !~ 'a') or name = 'Latin') and genre_id <> 1 and name <> 'World'),
  'sameColumn', (select json_agg(json_build_object('name', name) order by genre_id) from genre where name ~ '^R.*l$'))
