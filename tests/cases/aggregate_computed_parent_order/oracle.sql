select json_build_object(
  'albums', (select json_agg(json_build_object('title', title, 'trackCount', tracks::text) order by place)
    from (select title, count(track_id) as tracks, row_number() over (order by max(milliseconds) desc nulls last, album_id) as place
          from album left join track using (album_id) group by album_id, title) t where place <= 3),
  'few', (select json_agg(json_build_object('title', title) order by album_id)
    from (select album_id, title from album where (select count(*) from track t where t.album_id = album.album_id) = 1 order by album_id limit 3) t))
