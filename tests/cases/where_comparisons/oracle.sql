select json_build_object(
  'lt', (select json_agg(json_build_object('genreId', genre_id) order by genre_id) from genre where genre_id in (1, 2)),
  'lte', (select json_agg(json_build_object('genreId', genre_id) order by genre_id) from genre where genre_id in (1, 2, 3)),
  'gt', (select json_agg(json_build_object('genreId', genre_id) order by genre_id) from genre where genre_id in (24, 25)),
  'gte', (select json_agg(json_build_object('genreId', genre_id) order by genre_id) from genre where genre_id in (23, 24, 25)),
  'between', (select json_agg(json_build_object('genreId', genre_id) order by genre_id) from genre where genre_id in (6, 8, 9)),
  'text', (select json_agg(json_build_object('name', name) order by genre_id) from genre where name ~ '^S' and name not like 'Sa%'))
