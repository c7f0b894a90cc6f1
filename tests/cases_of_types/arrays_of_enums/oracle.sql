select json_build_object('rooms', (select json_agg(json_build_object(
  'views', upper(views::text)::text[],
  'maybeViews', case when maybe_views is not null then to_json(replace(upper(maybe_views::text), 'NULL', 'null')::text[]) end,
  'hotel', (select json_build_object('languages', languages) from hotel where hotel.hotel_id = room.hotel_id)) order by room_id) from room))
