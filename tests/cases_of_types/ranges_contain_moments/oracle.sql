select json_build_object(
  'breakfast', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where breakfast @> '2009-01-31T08:00'::timestamp),
  'access', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where access @> '2009-01-31T12:00Z'::timestamptz))
