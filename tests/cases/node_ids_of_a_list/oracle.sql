select json_build_object('tracks', (
  select json_agg(json_build_object('nodeId', cursor_of('Track with trackId', int4send(track_id)),
    'genre', json_build_object('nodeId', cursor_of('Genre with genreId', int4send(genre_id)))) order by track_id)
  from track where album_id in (1, 2, 3)))
