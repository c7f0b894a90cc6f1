select json_build_object('hotels', (select json_agg(json_build_object('hotelId', hotel_id, 'extras', extras) order by hotel_id)
  from hotel where extras is null or extras <@ '"gold"'))
