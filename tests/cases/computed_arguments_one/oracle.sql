select json_build_object('tracks', (
  select json_agg(json_build_object('album', json_build_object('title', title,
      'trackCount', (select count(*)::text from track o where o.album_id = t.album_id)), 'label', '- ' || name) order by track_id)
  from track t join album using (album_id) where track_id in (1, 15)))
