select json_build_object('artists', (select json_agg(json_build_object('name', name)) from artist where artist_id = 1))
