select json_build_object('reviews', (select json_agg(json_build_object('reviewId', review_id)) from (
  select * from review order by ts_rank(title_words, plainto_tsquery('garden')) asc, hotel_id desc, review_id) as page))
