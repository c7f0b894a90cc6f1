select json_build_object('searchTracks', (
  select json_agg(json_build_object('name', name, 'milliseconds', milliseconds) order by track_id)
  from (select * from track where name ilike '%night%' order by track_id limit 4) t))
