select json_build_object('rooms', (
  select coalesce(json_agg(json_build_object('roomId', room_id) order by room_id), '[]') from room where keys @> '{-1}' or rates && '{0.1}' or painted = '{2009-01-31,2020-02-29}' or codes @> array['\x00ff'::bytea]
    or beds @> '{-32768}' or (doors <@ '{7,8}' and doors = '{7}')))
