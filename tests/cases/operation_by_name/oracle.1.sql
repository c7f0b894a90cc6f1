select json_build_object('genre', (select json_build_object('name', name) from genre where genre_id = 2))
