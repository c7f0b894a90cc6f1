select json_build_object('tracksAggregate', (select json_agg(json_build_object(
    'key', json_build_object('album', json_build_object('artist', json_build_object('name', artist)), 'genre', json_build_object('name', genre)),
    'count', count) order by artist, genre)
  from (select artist.name as artist, genre.name as genre, count(*) from track left join album using (album_id) left join artist using (artist_id)
        left join genre using (genre_id) where milliseconds > 1000000 group by 1, 2) t),
  'employeesAggregate', (select json_agg(json_build_object('key', json_build_object('manager', json_build_object('title', title)), 'count', count) order by title)
  from (select m.title, count(*) from employee e left join employee m on m.employee_id = e.reports_to group by 1) t))
