select json_build_object('track', json_build_object(
  'name', (select name from track where track_id = 1),
  'album', json_build_object('tracks', (
    select json_agg(json_build_object('name', t.name, 'genre', json_build_object('tracks', (
      select json_agg(json_build_object('name', u.name, 'milliseconds', u.milliseconds, 'album', json_build_object('tracks', (
        select json_agg(json_build_object('name', v.name)) from (select * from track where album_id = u.album_id order by track_id limit 1) v)))
        order by u.milliseconds, u.track_id)
      from (select * from track where genre_id = t.genre_id order by milliseconds, track_id limit 2) u))) order by t.track_id)
    from (select * from track where album_id = (select album_id from track where track_id = 1) and track_id <> 1
          order by track_id limit 2) t))))
