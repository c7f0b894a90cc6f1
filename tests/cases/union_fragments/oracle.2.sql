select json_build_object('hits', (select json_agg(case tag
    when 0 then json_build_object('__typename', 'Artist', 'name', name)
    when 1 then json_build_object('__typename', 'Track')
    else json_build_object('__typename', 'Playlist', 'playlistId', id) end order by name desc, tag, id)
  from (select 0 as tag, artist_id as id, name from artist union all select 1, track_id, name from track union all select 2, playlist_id, name from playlist) h where name in ('AC/DC', 'Music', 'Black Diamond')))
