select json_build_object(
  'tracks', (select json_agg(json_build_object('name', name) order by track_id) from track
             where left(name, 1) = 'B' and track_id in (select track_id from playlist_track where playlist_id = 16)),
  'playlists', (select json_agg(json_build_object('name', name) order by playlist_id) from playlist
                where playlist_id in (select playlist_id from playlist_track join track using (track_id) group by 1 having bool_and(genre_id = 24))),
  'loose', (select json_agg(json_build_object('trackId', track_id) order by track_id)
            from (select track_id from track where genre_id = 6 and track_id not in (select track_id from playlist_track where playlist_id = 5)
                  order by track_id limit 3) t),
  'through', (select json_agg(json_build_object('name', name) order by playlist_id) from playlist
              where playlist_id in (select playlist_id from playlist_track
                                    where track_id = (select track_id from playlist_track where playlist_id = 9))))
