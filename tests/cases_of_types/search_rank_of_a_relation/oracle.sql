select json_build_object('reviews', (select json_agg(json_build_object('reviewId', review_id, 'replyTo', reply)) from (
  select review.review_id, case when other.review_id is not null then json_build_object('reviewId', other.review_id) end as reply
  from review left join review as other on other.review_id = review.reply_to_id
  order by ts_rank(other.words, to_tsquery('english', 'garden')) desc nulls last, review.review_id) as page))
