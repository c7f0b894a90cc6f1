select json_build_object('hotels', (select json_agg(json_build_object('name', name, 'reviews', (
    select json_agg(json_build_object('body', body)) from (
      select * from review where review.hotel_id = hotel.hotel_id and words @@ to_tsquery('english', 'garden')
      order by ts_rank(words, to_tsquery('english', 'garden')) desc, review_id limit 1) as page)) order by hotel_id)
  from hotel where hotel_id in (select hotel_id from review where words @@ to_tsquery('english', 'garden'))))
