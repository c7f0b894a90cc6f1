select json_build_object('samples', json_build_array(json_build_object('sampleId', 1)))
