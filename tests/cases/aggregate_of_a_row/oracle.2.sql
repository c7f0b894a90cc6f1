select json_build_object('album', null)
