select json_build_object('tracks', (select json_agg(json_build_object('name', name, 'milliseconds', milliseconds, 'album', json_build_object('title', title)) order by album_id desc)
  from (select t.*, a.title, row_number() over (partition by t.album_id order by milliseconds desc, track_id) as place
    from track t join album a using (album_id)) t where place = 1 and album_id > (select max(album_id) - 5 from album)))
