select json_build_object('reviews', (
  select coalesce(json_agg(json_build_object('reviewId', review_id) order by review_id), '[]') from review where words @@ to_tsquery('english', 'quiet & garden')))
