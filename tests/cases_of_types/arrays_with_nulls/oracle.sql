select json_build_object('hotels', (select json_agg(json_build_object(
  'hotelId', hotel_id, 'languages', languages, 'menu', menu) order by hotel_id) from hotel))
