with ordered as (select *, row_number() over (order by name, track_id) as place from track)
select json_build_object('tracksConnection', json_build_object('edges', (
  select json_agg(json_build_object('cursor', cursor_of('Track by name String asc nulls last, trackId Int asc nulls last,', convert_to(name, 'UTF8'), int4send(track_id)),
      'node', json_build_object('name', name)) order by place)
  from (select * from ordered where place > (select place from ordered where track_id = 2078) order by place limit 2) page)))
