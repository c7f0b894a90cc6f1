select json_build_object('reviews', (select json_agg(json_build_object('reviewId', review_id, 'body', body)) from (
  select * from review where words @@ to_tsquery('english', 'sea') order by ts_rank(words, to_tsquery('english', 'sea')) desc, review_id limit 2) as page))
