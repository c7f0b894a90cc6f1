select json_build_object(
  'startsWith', '[]'::json,
  'endsWith', '[]'::json,
  'contains', (select json_agg(json_build_object('name', name) order by track_id) from track where strpos(name, chr(92)) > 0),
  'customers', '[]'::json,
  'iStartsWith', '[]'::json,
  'iEndsWith', '[]'::json,
  'iContains', (select json_agg(json_build_object('trackId', track_id) order by track_id) from track where strpos(name, chr(92)) > 0))
