select json_build_object('hits', coalesce((select json_agg(case tag
    when 0 then json_build_object('__typename', 'Artist', 'artist', name, 'albums', coalesce((select json_agg(json_build_object('title', title)) from (select title from album where artist_id = id order by album_id limit 1) a), '[]'))
    when 1 then json_build_object('__typename', 'Track', 'track', name, 'album', (select json_build_object('title', title) from album join track using (album_id) where track_id = id))
    else json_build_object('__typename', 'Playlist', 'playlist', name, 'tracks', coalesce((select json_agg(json_build_object('name', name)) from (select t.name from playlist_track join track t using (track_id) where playlist_id = id order by track_id limit 1) t), '[]'))
  end order by name, tag, id)
  from (select * from (select 0 as tag, artist_id as id, name from artist union all select 1, track_id, name from track union all select 2, playlist_id, name from playlist) h where name ilike '%classic%' order by name, tag, id limit 8) h), '[]'))
