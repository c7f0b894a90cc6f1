select json_build_object(
  'eq', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where nickname = 'bert'),
  'ne', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where nickname <> 'bert'),
  'in', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where nickname = any ('{}'::citext[])),
  'notIn', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where email <> all ('{}'::citext[])),
  'gt', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where email > 'a'::citext))
