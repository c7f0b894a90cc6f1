select json_build_object('searchTracks', (
  select json_agg(json_build_object('albumId', album_id, 'name', name) order by album_id desc)
  from (select album_id, name, row_number() over (partition by album_id order by milliseconds desc, track_id) as place
    from track where name ilike '%love%' order by 3, 1 desc limit 4) t where place = 1))
