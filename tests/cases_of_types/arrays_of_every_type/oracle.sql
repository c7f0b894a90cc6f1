select json_build_object('rooms', (select json_agg(json_build_object(
    'roomId', room_id, 'tags', tags, 'views', upper(views::text)::text[], 'switches', switches, 'beds', beds,
    'doors', doors, 'keys', keys::text[], 'widths', widths, 'lengths', lengths, 'rates', rates::text[], 'locks', locks,
    'painted', painted, 'cleaned', cleaned, 'visited', visited, 'alarms', alarms, 'intervals', intervals,
    'codes', (select coalesce(json_agg(encode(code, 'base64')), '[]') from unnest(codes) as code),
    'addresses', addresses, 'labels', labels, 'marks', marks) order by room_id) from room))
