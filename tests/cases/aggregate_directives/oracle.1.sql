select json_build_object('tracksAggregate', json_agg(json_build_object('key', json_build_object('mediaTypeId', media_type_id), 'count', count, 'milliseconds', json_build_object('sum', sum::text), 'countUpTo', least(count, 50)) order by media_type_id))
from (select media_type_id, count(*), count(distinct milliseconds) as d, sum(milliseconds) from track group by 1) t
