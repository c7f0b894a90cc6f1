select json_build_object(
  'startsWith', '[]'::json,
  'endsWith', '[]'::json,
  'contains', '[]'::json,
  'customers', (select json_agg(json_build_object('email', email) order by customer_id) from customer where strpos(email, '_') > 0),
  'iStartsWith', '[]'::json,
  'iEndsWith', '[]'::json,
  'iContains', '[]'::json)
