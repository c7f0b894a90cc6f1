select json_build_object('playlists', json_agg(json_build_object('name', name, 'tracksAggregate',
  (select json_agg(json_build_object('key', json_build_object('album', json_build_object('title', title)), 'count', count) order by count desc, title)
   from (select title, count(*) from playlist_track join track using (track_id) left join album using (album_id)
         where playlist_id = p.playlist_id group by 1 order by 2 desc, 1 limit 3) t)) order by playlist_id))
from playlist p where name in ('Grunge', 'On-The-Go 1')
