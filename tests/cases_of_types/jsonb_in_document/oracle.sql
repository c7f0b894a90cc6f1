select json_build_object('hotels', (select json_agg(json_build_object('hotelId', hotel_id, 'facts', facts) order by hotel_id)
  from hotel where facts @> '{"awards": ["green"]}' and facts ? 'stars' and facts @? '$.bar.seats ? (@ > 10)' and not facts ?| '{pool}'))
