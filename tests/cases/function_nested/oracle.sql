with s as (
  select t.track_id as of, o.*, row_number() over (partition by t.track_id order by abs(o.milliseconds - t.milliseconds), o.track_id) as place
  from track t join track o on o.composer = t.composer and o.track_id <> t.track_id
  where t.composer = 'Kurt Cobain')
select json_build_object('tracks', (
  select json_agg(json_build_object('name', t.name,
    'similarTracks', (select json_agg(json_build_object('name', s.name) order by s.track_id) from s where of = t.track_id and place <= 3),
    'shortest', (select json_agg(json_build_object('trackId', s.track_id, 'milliseconds', s.milliseconds))
      from (select * from s where of = t.track_id and place <= 10 order by milliseconds, track_id limit 1) s))
    order by t.track_id)
  from (select * from track where composer = 'Kurt Cobain' order by track_id limit 3) t))
