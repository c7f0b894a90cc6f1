select json_build_object('track', (
  select json_build_object(
    'album', json_build_object('title', title, 'artist', json_build_object('name', artist.name, 'artistId', artist_id)),
    'other', json_build_object('albumId', album_id))
  from track join album using (album_id) join artist using (artist_id) where track_id = 3503))
