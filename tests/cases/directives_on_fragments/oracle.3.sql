select json_build_object('albums', (
  select json_agg(json_build_object('title', b.title,
    'tracks', (select json_agg(json_build_object('name', name, 'milliseconds', milliseconds) order by track_id)
               from (select * from track where album_id = b.album_id order by track_id limit 2) t)) order by album_id)
  from album b where album_id <= 2))
