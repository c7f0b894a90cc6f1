select json_build_object('hotels', (
  select coalesce(json_agg(json_build_object('hotelId', hotel_id) order by hotel_id), '[]') from hotel where facts <@ '["bar", "stars", "more"]'))
