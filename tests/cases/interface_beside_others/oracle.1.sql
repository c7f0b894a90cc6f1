select json_build_object('people', json_build_array(json_build_object('lastName', 'Adams')), 'album', (select json_build_object('title', title) from album where album_id = 1), 'again', '[]'::json)
