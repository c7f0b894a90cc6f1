select json_build_object('invoicesAggregate', (select json_agg(json_build_object('key', json_build_object('billingCountry', billing_country),
    'total', json_build_object('sum', sum::text, 'max', max::text)) order by billing_country)
  from (select billing_country, sum(total), max(total), count(*) from invoice group by 1) t where count >= 14 and sum > 40 and max < 20),
  'tracksAggregate', (select json_agg(json_build_object('key', json_build_object('genreId', genre_id)) order by genre_id)
  from (select genre_id, sum(milliseconds) from track group by 1) t where sum > 100000000))
