select json_build_object(
  'tracks', (select json_agg(json_build_object('trackId', track_id) order by title, name desc, track_id)
             from (select * from track join album using (album_id) where album_id <= 3 order by title, name desc, track_id limit 4) t),
  'one', (select json_agg(json_build_object('trackId', track_id) order by artist desc, name, track_id)
          from (select track_id, track.name, artist.name as artist from track join album using (album_id) join artist using (artist_id)
                order by artist.name desc, track.name, track_id limit 2) t),
  'direction', (select json_agg(json_build_object('name', name) order by name desc, track_id)
                from (select * from track order by name desc, track_id limit 2) t))
