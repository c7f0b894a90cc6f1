select json_build_object('employee', json_build_object('lastName', 'Callahan', 'superiors', json_build_array(
    json_build_object('depth', 1, 'title', 'IT Manager'), json_build_object('depth', 2, 'title', 'General Manager'))),
  'head', json_build_object('superiors', '[]'::json))
