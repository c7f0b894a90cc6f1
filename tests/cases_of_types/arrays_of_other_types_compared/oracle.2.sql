select json_build_object('rooms', (
  select coalesce(json_agg(json_build_object('roomId', room_id) order by room_id), '[]') from room where keys @> '{9007199254740993}' or rates && '{2,120.0}' or painted = '{}' or codes @> array['\x01'::bytea]
    or beds @> '{-32768}' or (doors <@ '{7,8}' and doors = '{7}')))
