select json_build_object('genres', json_build_array(json_build_object('name', 'Rock'), json_build_object('name', 'Jazz')))
