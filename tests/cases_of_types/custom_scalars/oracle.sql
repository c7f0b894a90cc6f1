select json_build_object(
  'guests', (select coalesce(json_agg(json_build_object('email', email, 'nickname', nickname, 'aliases', aliases, 'postalCode', postal_code, 'formerCodes', former_codes, 'discount', discount::text) order by email), '[]') from guest where true))
