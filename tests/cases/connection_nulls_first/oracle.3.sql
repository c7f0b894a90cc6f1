with ordered as (
  select track_id, composer, row_number() over (order by composer desc nulls first, track_id) as place
  from track where album_id in (1, 5, 8, 24, 73))
select json_build_object('tracksConnection', json_build_object(
  'edges', (select json_agg(json_build_object(
      'cursor', cursor_of('Track by composer String desc nulls first, trackId Int asc nulls last,', convert_to(composer, 'UTF8'), int4send(track_id)),
      'node', json_build_object('trackId', track_id, 'composer', composer)) order by place)
    from (select * from ordered where place between 12 and 14 order by place ) page),
  'pageInfo', json_build_object('hasNextPage', true, 'hasPreviousPage', true)))
