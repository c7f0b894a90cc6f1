select json_build_object('genres', '[]'::json)
