select json_build_object('tracksAggregate', (select coalesce(json_agg(json_build_object('key', json_build_object('genreId', genre_id), 'count', count) order by count desc, genre_id), '[]')
  from (select genre_id, count(*) from track group by 1 order by 2 desc, 1 limit 4 offset 2) t),
  'whole', json_build_array(json_build_object('count', 3503)), 'beyond', json_build_array(),
  'genres', json_build_array(json_build_object('tracksAggregate',
     (select json_agg(json_build_object('key', json_build_object('mediaTypeId', media_type_id)) order by 1) from
       (select distinct media_type_id from track where genre_id = 1 order by 1 offset 2) t))))
