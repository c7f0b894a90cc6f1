select json_build_object('people', json_build_array(json_build_object('nodeId', 'AdCnrzgFAAAAATOuGT4', 'employeeId', 1)),
  'node', json_build_object('nodeId', 'AdCnrzgFAAAAAzGuFhg', 'lastName', 'Peacock'),
  'nodes', json_build_array(json_build_object('lastName', 'Adams'), json_build_object('trackId', 2)))
