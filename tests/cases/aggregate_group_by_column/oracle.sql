select json_build_object('tracksAggregate', json_agg(json_build_object('key', json_build_object('composer', composer), 'count', count) order by composer))
from (select composer, count(*) from track where genre_id = 6 group by composer) t
