select json_build_object('artists',
  (select coalesce(json_agg(json_build_object('artistId', artist_id)), '[]') from artist where name = 'Nobody at all'))
