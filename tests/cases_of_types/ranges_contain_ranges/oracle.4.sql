select json_build_object(
  'stays', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where nights @> '(2009-02-27,2009-03-05]'::daterange))
