select json_build_object(
  'day', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where nights @> '2009-02-28'::date),
  'floor', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where floors @> 4),
  'number', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where numbers @> '-9'::bigint),
  'price', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where price @> 1.50001::numeric))
