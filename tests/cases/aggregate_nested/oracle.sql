select json_build_object('albums', json_agg(json_build_object('title', title, 'tracksAggregate', json_build_array(json_build_object(
  'count', count, 'milliseconds', json_build_object('sum', sum::text), 'unitPrice', json_build_object('avg', avg::text)))) order by album_id))
from (select album_id, title, count(*), sum(milliseconds), avg(unit_price) from album left join track using (album_id) where album_id <= 5 group by 1, 2) t
