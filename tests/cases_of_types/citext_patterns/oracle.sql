select json_build_object(
  'like', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where nickname like 'AN%'),
  'starts', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where email like 'BERT%'),
  'contains', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where email ilike '%CLEO%'),
  'code', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where postal_code = '12345'))
