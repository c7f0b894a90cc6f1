select json_build_object('playlists', json_agg(json_build_object('playlistId', playlist_id, 'name', name) order by number desc, playlist_id))
from (select p.*, (select count(*) from playlist_track t where t.playlist_id = p.playlist_id) as number from playlist p
      order by number desc, playlist_id limit 6) t
