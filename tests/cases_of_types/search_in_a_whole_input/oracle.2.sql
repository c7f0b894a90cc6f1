select json_build_object('reviews', (select json_agg(json_build_object('reviewId', review_id)) from (
  select * from review where not words @@ to_tsquery('english', 'garden') order by ts_rank(words, to_tsquery('english', 'sea')), review_id) as page))
