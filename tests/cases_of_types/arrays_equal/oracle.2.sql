select json_build_object('rooms', (
  select coalesce(json_agg(json_build_object('roomId', room_id) order by room_id), '[]') from room where tags = array['corner', 'quiet']::text[]))
