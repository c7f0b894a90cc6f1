select json_build_object('employees', json_build_array(json_build_object('depth', null), json_build_object('depth', null)),
  'customers', json_build_array(json_build_object('supportRep', json_build_object('superiors', json_build_array(json_build_object('lastName', 'Edwards'))))))
