select json_build_object('tracksAggregate', json_build_array(json_build_object(
  'milliseconds', json_build_object('count', count(milliseconds), 'countDistinct', count(distinct milliseconds),
    'sum', sum(milliseconds)::text, 'avg', avg(milliseconds)::float8, 'min', min(milliseconds), 'max', max(milliseconds),
    'stddev', stddev_samp(milliseconds)::float8),
  'bytes', json_build_object('count', count(bytes), 'sum', sum(bytes::int8)::text, 'avg', avg(bytes)::float8),
  'unitPrice', json_build_object('count', count(*), 'countDistinct', count(distinct unit_price), 'sum', sum(unit_price)::text,
    'avg', avg(unit_price)::text, 'min', min(unit_price)::text, 'max', max(unit_price)::text,
    'stddev', stddev_samp(unit_price)::text))))
from track
