select json_build_object(
  'reviews', (select coalesce(json_agg(json_build_object('reviewId', review_id) order by review_id), '[]') from review where title_words @@ to_tsquery('simple', 'sea')),
  'others', (select coalesce(json_agg(json_build_object('reviewId', review_id) order by review_id), '[]') from review where title_words is null))
