with s as (
  select t.track_id as of, o.track_id, row_number() over (partition by t.track_id order by abs(o.milliseconds - t.milliseconds), o.track_id) as place
  from track t join track o on o.composer = t.composer and o.track_id <> t.track_id)
select json_build_object('tracks', (
  select json_agg(json_build_object('name', name, 'similarTracks', (
      select json_agg(json_build_object('trackId', s.track_id)) from s where of = t.track_id and place = 1)))
  from track t where track_id = 1))
