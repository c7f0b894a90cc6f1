select json_build_object('album', (select json_build_object('title', title) from album where album_id = 1), 'again', '[]'::json)
