select json_build_object('genres', (
  select json_agg(json_build_object('genreId', genre_id, 'tracks', (
    select coalesce(json_agg(json_build_object('trackId', track_id) order by track_id), '[]')
    from (select * from track t where t.genre_id = g.genre_id order by track_id limit 2 offset 3) t)) order by genre_id)
  from genre g where genre_id in (4, 5)))
