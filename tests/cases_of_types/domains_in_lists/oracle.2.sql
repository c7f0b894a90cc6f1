select json_build_object('guests', (
  select coalesce(json_agg(json_build_object('email', email, 'formerDiscounts', former_discounts::text[]) order by email), '[]') from guest where former_discounts::numeric[] && '{}' or former_discounts::numeric[] = '{1}' or former_codes::text[] @> '{12345}'))
