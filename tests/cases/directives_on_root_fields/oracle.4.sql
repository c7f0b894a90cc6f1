select json_build_object('track', (select json_build_object('name', name) from track where track_id = 5))
