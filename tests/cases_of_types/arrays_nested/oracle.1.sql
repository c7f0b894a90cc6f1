select json_build_object('hotels', (select json_agg(json_build_object('words', languages, 'rooms', (
  select coalesce(json_agg(json_build_object('tags', tags, 'doors', doors) order by room_id), '[]')
  from room where room.hotel_id = hotel.hotel_id and tags @> '{corner}')) order by hotel_id)
  from hotel where languages::text[] && '{de,it}'))
