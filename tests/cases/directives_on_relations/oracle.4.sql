select json_build_object('tracks', (
  select json_agg(json_build_object('name', t.name, 'genre', json_build_object('name', g.name)) order by track_id)
  from track t join genre g using (genre_id) where track_id in (1, 99)))
