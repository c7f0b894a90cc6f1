select json_build_object('all', (select coalesce(json_agg(json_build_object('roomId', room_id) order by room_id), '[]')
    from room where views @> '{sea,garden}'),
  'rooms', (select json_agg(json_build_object('roomId', room_id) order by room_id)
    from room where views = '{sea,garden}' or maybe_views && '{sea,garden}' or views <@ '{street}'))
