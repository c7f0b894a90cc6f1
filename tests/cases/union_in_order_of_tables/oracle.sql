select json_build_object('hits', (select json_agg(case tag when 0 then json_build_object('name', name) else json_build_object('track', name, 'milliseconds', (select milliseconds from track where track_id = id)) end order by tag, id)
    from (select * from (select 0 as tag, artist_id as id, name from artist union all select 1, track_id, name from track union all select 2, playlist_id, name from playlist) h order by tag, id offset 274 limit 3) h),
  'all', (select json_agg(json_build_object('__typename', 'Artist')) from (select 1 from artist limit 100) a))
