select json_build_object('artists', (
  select json_agg(json_build_object('name', name, 'artistId', artist_id))
  from (select * from artist where name ~ '^C' order by artist_id limit 1) a))
