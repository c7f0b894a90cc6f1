select json_build_object('tracksAggregate', (select json_agg(json_build_object('key', json_build_object('genreId', genre_id), 'countUpTo', least(count, 150)) order by genre_id)
  from (select genre_id, count(*) from track where genre_id <= 5 group by 1) t),
  'all', json_build_array(json_build_object('count', 3503, 'countUpTo', 3000)))
