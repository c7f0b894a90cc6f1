select json_build_object(
  'with', (select json_agg(json_build_object('playlistId', playlist_id) order by playlist_id) from playlist
           where playlist_id in (select playlist_id from playlist_track)),
  'without', (select json_agg(json_build_object('playlistId', playlist_id) order by playlist_id) from playlist
              where playlist_id not in (select playlist_id from playlist_track)),
  'all', (select json_agg(json_build_object('playlistId', playlist_id) order by playlist_id) from playlist where playlist_id <= 4),
  'unfiltered', (select json_agg(json_build_object('playlistId', playlist_id) order by playlist_id) from playlist where playlist_id <= 4),
  'childless', (select json_agg(json_build_object('name', name) order by artist_id)
                from (select a.* from artist a left join album b using (artist_id) where b.album_id is null order by artist_id limit 3) a))
