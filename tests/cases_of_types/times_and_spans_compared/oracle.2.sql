select json_build_object('early', (select coalesce(json_agg(json_build_object('sampleId', sample_id) order by sample_id), '[]') from sample where time < '24:00:00'),
  'short', (select coalesce(json_agg(json_build_object('sampleId', sample_id) order by sample_id), '[]') from sample where span <= 'P-1M'),
  'bytes', (select coalesce(json_agg(json_build_object('sampleId', sample_id) order by sample_id), '[]') from sample where false),
  'address', (select coalesce(json_agg(json_build_object('sampleId', sample_id) order by sample_id), '[]') from sample where address > '10.0.0.1'))
