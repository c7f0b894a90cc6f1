select json_build_object('genresConnection', json_build_object('nodes', (
  select json_agg(json_build_object('genreId', genre_id, 'name', name) order by genre_id) from genre)))
