select json_build_object('tracksAggregate', json_agg(json_build_object('milliseconds', json_build_object('countDistinct', d)) order by media_type_id))
from (select media_type_id, count(*), count(distinct milliseconds) as d, sum(milliseconds) from track group by 1) t
