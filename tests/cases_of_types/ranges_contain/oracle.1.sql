select json_build_object(
  'day', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where nights @> '2009-01-31'::date),
  'floor', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where floors @> 5),
  'number', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where numbers @> '9007199254740993'::bigint),
  'price', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where price @> 1.5::numeric))
