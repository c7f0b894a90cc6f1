select json_build_object('tracksAggregate', json_build_array(json_build_object('countUpTo', 0)),
  'few', json_build_array(json_build_object('countUpTo', 25)),
  'both', json_build_array(json_build_object('ten', 10, 'most', least(0, 130), 'all', 130)),
  'genres', (select json_agg(json_build_object('tracksAggregate', json_build_array(json_build_object('countUpTo', least(0, count)))) order by genre_id)
     from (select genre_id, count(*) from track where genre_id <= 3 group by 1) t))
