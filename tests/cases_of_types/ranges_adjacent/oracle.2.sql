select json_build_object(
  'stays', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where nights -|- '[2009-01-31,2009-01-31]'::daterange))
