select json_build_object('people', json_build_array(json_build_object(), json_build_object()))
