select json_build_object(
  'stays', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where price <> '[0.5,1.5]'::numrange))
