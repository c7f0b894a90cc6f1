select json_build_object('early', (select coalesce(json_agg(json_build_object('sampleId', sample_id) order by sample_id), '[]') from sample where time < '14:00'),
  'short', (select coalesce(json_agg(json_build_object('sampleId', sample_id) order by sample_id), '[]') from sample where span <= 'P1Y'),
  'bytes', (select coalesce(json_agg(json_build_object('sampleId', sample_id) order by sample_id), '[]') from sample where bytes in ('\xdeadbeef', '')),
  'address', (select coalesce(json_agg(json_build_object('sampleId', sample_id) order by sample_id), '[]') from sample where address > '192.168.0.0/16'))
