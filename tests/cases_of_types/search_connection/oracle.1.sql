select json_build_object('reviewsConnection', (select json_build_object(
    'nodes', json_agg(json_build_object('reviewId', review_id) order by number),
    'pageInfo', json_build_object('endCursor', (array_agg(cursor_of(
      'Review by words rank Float desc nulls last, reviewId Int asc nulls last,', float4send(rank), int4send(review_id)) order by number desc))[1],
      'hasNextPage', true),
    'totalCount', 3)
  from (select *, row_number() over (order by rank desc, review_id) as number from (
    select *, ts_rank(words, to_tsquery('english', 'garden')) as rank from review where words @@ to_tsquery('english', 'garden')) as found) as page
  where number <= 2))
