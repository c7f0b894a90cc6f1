select json_build_object('tracksAggregate', json_build_array(json_build_object('count', count(*),
  'milliseconds', json_build_object('max', max(milliseconds)))))
from track where milliseconds > 300000 and genre_id = (select genre_id from genre where name = 'Rock')
