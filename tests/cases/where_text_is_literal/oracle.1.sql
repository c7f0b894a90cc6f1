select json_build_object(
  'startsWith', (select json_agg(json_build_object('name', name) order by track_id) from track where left(name, 4) = '100%'),
  'endsWith', '[]'::json,
  'contains', (select json_agg(json_build_object('name', name) order by track_id) from track where strpos(name, '100%') > 0),
  'customers', '[]'::json,
  'iStartsWith', (select json_agg(json_build_object('trackId', track_id) order by track_id) from track where left(name, 4) = '100%'),
  'iEndsWith', '[]'::json,
  'iContains', (select json_agg(json_build_object('trackId', track_id) order by track_id) from track where strpos(name, '100%') > 0))
