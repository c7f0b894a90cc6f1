select json_build_object('artists', (
  select json_agg(json_build_object('always', name, 'artistId', artist_id, 'constant', artist_id) order by artist_id)
  from artist where artist_id <= 2))
