select json_build_object(
  'samples', (select json_agg(json_build_object('sampleId', sample_id) order by span desc nulls last) from sample),
  'byView', (select json_agg(json_build_object('view', upper(view::text)) order by view desc) from sample where flag is not null))
