select json_build_object('albums', (
  select json_agg(json_build_object('title', title, 'trackCount', n::text, 'tracks', (
      select json_agg(json_build_object('name', name, 'longerTracks', longer::text, 'album', json_build_object('trackCount', n::text))
        order by longer, track_id)
      from (select t.*, (select count(*) from track l where l.album_id = t.album_id and l.milliseconds > t.milliseconds) as longer
        from track t where t.album_id = a.album_id) t where longer < 2)) order by n desc, album_id)
  from (select a.*, (select count(*) from track t where t.album_id = a.album_id) as n from album a
    order by n desc, album_id limit 2) a))
