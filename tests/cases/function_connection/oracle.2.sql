with t as (select * from track where name ilike '%you%' and milliseconds < 180000)
select json_build_object('searchTracksConnection', json_build_object(
  'totalCount', (select count(*) from t),
  'pageInfo', json_build_object('hasNextPage', true, 'hasPreviousPage', true),
  'edges', (select json_agg(json_build_object(
      'cursor', cursor_of('Track by milliseconds Int desc nulls first, trackId Int asc nulls last,', int4send(milliseconds), int4send(track_id)),
      'node', json_build_object('trackId', track_id, 'milliseconds', milliseconds)) order by milliseconds desc, track_id)
    from (select * from t order by milliseconds desc, track_id limit 2 offset 2) t)))
