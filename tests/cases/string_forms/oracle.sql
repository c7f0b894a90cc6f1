select json_build_object(
  'block', '[{"name": "AC/DC"}]'::json, 'escaped', '[{"name": "Motörhead"}]'::json, 'solidus', '[{"name": "AC/DC"}]'::json,
  'braces', '[{"name": "AC/DC"}]'::json, 'injected', '[]'::json, 'dollars', '[]'::json)
