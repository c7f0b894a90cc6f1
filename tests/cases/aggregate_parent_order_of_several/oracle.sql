select json_build_object('genres', json_agg(json_build_object('name', name, 'tracksAggregate',
  json_build_array(json_build_object('mediaTypeId', json_build_object('countDistinct', types), 'milliseconds', json_build_object('avg', mean)))) order by types desc, mean, genre_id))
from (select g.genre_id, g.name, count(distinct media_type_id) as types, avg(milliseconds)::float8 as mean
      from genre g left join track using (genre_id) group by 1, 2 order by 3 desc, 4, 1 limit 8) t
