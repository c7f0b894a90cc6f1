select json_build_object('artist', '{}'::json)
