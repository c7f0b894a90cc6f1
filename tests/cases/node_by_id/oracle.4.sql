select json_build_object('node', null)
