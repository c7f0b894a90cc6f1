select json_build_object(
  'rock', (select json_build_array(json_build_object('number', count(*), 'n', count(*), 'time', json_build_object('whole', sum(milliseconds)::text, 'mean', avg(milliseconds)::float8))) from track where genre_id = 1),
  'jazz', (select json_build_array(json_build_object('number', count(*), 'same', json_build_object('sum', sum(milliseconds)::text), 'time', json_build_object('sum', sum(milliseconds)::text))) from track where genre_id = 2))
