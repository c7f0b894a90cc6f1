select json_build_object('albums', (
  select json_agg(json_build_object('title', title, 'artistId', artist_id) order by album_id) from album where album_id <= 2))
