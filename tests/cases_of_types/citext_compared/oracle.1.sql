select json_build_object(
  'eq', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where nickname = 'ANNA'),
  'ne', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where nickname <> 'ANNA'),
  'in', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where nickname = any ('{bert,x}'::citext[])),
  'notIn', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where email <> all ('{DORA@example.org}'::citext[])),
  'gt', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where email > 'BERT@example.org'::citext))
