select json_build_object('genresConnection', json_build_object(
  
  'edges', (select json_agg(json_build_object('node', json_build_object('name', name)) order by genre_id) from genre where genre_id <= 2)
  , 'pageInfo', json_build_object('hasNextPage', true)))
