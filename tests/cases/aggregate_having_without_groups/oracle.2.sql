select json_build_object('tracksAggregate', json_build_array(), 'nothing', json_build_array(),
  'genres', (select json_agg(json_build_object('name', name, 'tracksAggregate',
    case when count >= 374 then json_build_array(json_build_object('count', count)) else json_build_array() end) order by genre_id)
  from (select genre_id, genre.name, count(*) from genre join track using (genre_id) where genre_id <= 3 group by 1, 2) t))
