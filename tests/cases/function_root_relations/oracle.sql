select json_build_object('searchTracks', (
  select json_agg(json_build_object('name', t.name,
      'nodeId', cursor_of('Track with trackId', int4send(t.track_id)),
      'album', json_build_object('title', a.title, 'trackCount', (select count(*) from track o where o.album_id = a.album_id)::text))
    order by a.title desc, t.name, t.track_id)
  from (select t.* from track t join album a using (album_id) where t.name ilike '%rock%' and a.title like '%Live%'
    order by a.title desc, t.name, t.track_id limit 4) t join album a using (album_id)))
