select json_build_object(
  'tracks', (select json_agg(json_build_object('name', name, 'album', json_build_object('title', title)) order by track_id)
             from track join album using (album_id) where track_id = 7 or track_id = (select track_id from playlist_track where playlist_id = 9)),
  'artist', json_build_object('albums', (select json_agg(json_build_object('title', title)) from album where artist_id = 1 and title !~* 'let')))
