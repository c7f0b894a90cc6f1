select json_build_object('searchTracks', (
  select json_agg(json_build_object('name', name, 'milliseconds', milliseconds) order by track_id)
  from (select * from track where name ilike '%night%' and milliseconds < 180000 order by track_id limit 2) t))
