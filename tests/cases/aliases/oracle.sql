select json_build_object(
  'long', (select json_agg(json_build_object('name', composer, 'composer', name, 'trackId', milliseconds))
           from (select * from track order by milliseconds desc, track_id limit 1) t),
  'short', (select json_agg(json_build_object('a', name, 'b', name, 'name', name))
            from (select * from track order by milliseconds, track_id limit 1) t),
  'artist', json_build_object(
    'first', (select json_agg(json_build_object('title', title)) from (select * from album where artist_id = 22 order by album_id limit 1) b),
    'last', (select json_agg(json_build_object('title', title)) from (select * from album where artist_id = 22 order by album_id desc limit 1) b),
    'live', (select json_agg(json_build_object('title', title) order by album_id) from album where artist_id = 22 and strpos(title, 'Live') > 0)))
