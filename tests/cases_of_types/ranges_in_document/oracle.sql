select json_build_object(
  'stays', (select coalesce(json_agg(json_build_object('stayId', stay_id) order by stay_id), '[]') from stay where (floors && '[4,4]' and numbers = '[1,9007199254740994)' or breakfast = '(,2000-01-01T00:00]' or access <@ '[1999-01-01Z,2000-12-31T23:00Z)'
    and price is not null or trips @> array['(,)'::daterange]) and not price is null))
