select json_build_object('albums', (
  select json_agg(json_build_object('title', title, 'tracks', (
    select json_agg(json_build_object('label', '<' || name || '.', 'priceWith', round(unit_price * 2, 2)::text, 'album', json_build_object('title', a.title))
      order by milliseconds desc)
    from (select * from track t where t.album_id = a.album_id order by milliseconds desc, track_id limit 2) t)) order by album_id)
  from (select * from album order by album_id limit 2) a),
  'track', (select json_build_object('label', '"' || name || '.', 'a', name || '!') from track where track_id = 7))
