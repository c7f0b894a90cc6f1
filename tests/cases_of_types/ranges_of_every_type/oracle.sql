select json_build_object(
  'stays', (select coalesce(json_agg(json_build_object('stayId', stay_id, 'nights', nights::text, 'floors', floors::text, 'numbers', numbers::text, 'price', price::text, 'breakfast', iso(breakfast), 'access', iso(access), 'trips', trips::text[]) order by stay_id), '[]') from stay where true))
