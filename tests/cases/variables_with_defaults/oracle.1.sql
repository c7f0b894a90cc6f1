select json_build_object('artists', (
  select json_agg(json_build_object('name', name) order by name desc, artist_id)
  from (select * from artist where name ~ '^B' order by name desc, artist_id limit 2) a))
