select json_build_object('nodes', json_build_array())
