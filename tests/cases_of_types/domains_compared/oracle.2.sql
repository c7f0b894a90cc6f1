select json_build_object(
  'guests', (select coalesce(json_agg(json_build_object('postalCode', postal_code, 'discount', discount::text)
    order by discount desc, email), '[]') from guest where postal_code = 'not a code' and discount >= 0))
