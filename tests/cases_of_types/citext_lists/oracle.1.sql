select json_build_object(
  'guests', (select coalesce(json_agg(json_build_object('email', email) order by email), '[]') from guest where aliases @> '{ANN}'::citext[] or aliases = '{}' or former_codes::text[] && '{54321}'))
