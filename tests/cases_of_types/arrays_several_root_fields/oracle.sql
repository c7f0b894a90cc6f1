select json_build_object(
  'quiet', (select json_agg(json_build_object('roomId', room_id, 'tags', tags) order by room_id)
            from room where 'quiet' = any (tags)),
  'room', (select json_build_object('tags', tags) from room where room_id = 4),
  'hotels', (select json_agg(json_build_object('languages', languages) order by hotel_id)
             from hotel where hotel_id in (select hotel_id from room where 'sea' = any (views))))
