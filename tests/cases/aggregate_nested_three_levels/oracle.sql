select json_build_object('artists', json_agg(json_build_object('name', name, 'albumsAggregate', json_build_array(json_build_object('count', (select count(*) from album where artist_id = a.artist_id))),
  'albums', (select json_agg(json_build_object('title', title, 'tracksAggregate', json_build_array(json_build_object('count', (select count(*) from track where album_id = b.album_id))),
     'tracks', (select json_agg(json_build_object('name', name, 'playlistsAggregate', json_build_array(json_build_object('count', (select count(*) from playlist_track where track_id = t.track_id)))))
        from (select * from track where album_id = b.album_id order by track_id limit 1) t)) order by album_id) from album b where artist_id = a.artist_id)) order by artist_id))
from artist a where artist_id in (1, 2)
