select json_build_object('artists', '[]'::json, 'notNames', '[{"name": "Rock"}, {"name": "Jazz"}]'::json,
  'invoices', '[]'::json, 'dated', '[]'::json, 'tracks', '[]'::json)
