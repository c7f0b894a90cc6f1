select json_build_object('searchTracks', (
  select json_agg(json_build_object('trackId', track_id, 'name', name) order by unit_price, track_id)
  from (select * from track where lower(name) like '%love%' and milliseconds > 200000
    order by unit_price, track_id limit 3 offset 2) t))
