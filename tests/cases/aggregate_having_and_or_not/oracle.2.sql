select json_build_object('tracksAggregate', (select json_agg(json_build_object('key', json_build_object('genreId', genre_id), 'count', count) order by genre_id)
  from (select genre_id, count(*), avg(milliseconds), max(name) from track group by 1) t where count < 10 or count > 500))
