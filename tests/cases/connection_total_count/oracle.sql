select json_build_object(
  'tracksConnection', json_build_object('totalCount', (select count(*) from track)),
  'rock', json_build_object('totalCount', (select count(*) from track join genre using (genre_id) where genre.name = 'Rock')),
  'none', json_build_object('totalCount', 0))
