select json_build_object(
  'person', json_build_object('kind', 'INTERFACE', 'interfaces', json_build_array(json_build_object('name', 'Node')),
    'possibleTypes', json_build_array(json_build_object('name', 'Employee'), json_build_object('name', 'Customer')),
    'fields', (select json_agg(json_build_object('name', name, 'type', case when required then json_build_object('kind', 'NON_NULL', 'name', null, 'ofType', json_build_object('name', type))
      else json_build_object('kind', 'SCALAR', 'name', type, 'ofType', null) end) order by place)
      from (values (1, 'nodeId', 'ID', true), (2, 'lastName', 'String', true), (3, 'firstName', 'String', true), (4, 'city', 'String', false), (5, 'country', 'String', false), (6, 'email', 'String', false)) as f (place, name, type, required))),
  'hit', json_build_object('kind', 'UNION', 'possibleTypes', json_build_array(json_build_object('name', 'Artist'), json_build_object('name', 'Track'), json_build_object('name', 'Playlist')), 'fields', null),
  'customer', json_build_object('interfaces', json_build_array(json_build_object('name', 'Node'), json_build_object('name', 'Person'))))
