select json_build_object('hotels', (select json_agg(json_build_object('words', languages) order by hotel_id)
  from hotel where languages::text[] && '{de,it}'))
