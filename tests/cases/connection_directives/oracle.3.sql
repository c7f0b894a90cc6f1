select json_build_object('genresConnection', json_build_object(
  'totalCount', 25,
  'edges', (select json_agg(json_build_object('cursor', cursor_of('Genre by genreId Int asc nulls last,', int4send(genre_id)), 'node', json_build_object('name', name)) order by genre_id) from genre where genre_id <= 2)
  ))
