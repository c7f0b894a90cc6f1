select json_build_object('rooms', (
  select coalesce(json_agg(json_build_object('roomId', room_id) order by room_id), '[]') from room where hotel_id in (select hotel_id from hotel where facts @> '{"stars": 5}')))
