select json_build_object(
  'tracks', (
    select json_agg(json_build_object('name', name, 'album', json_build_object('title', title, 'artist', json_build_object('name', artist)))
                    order by artist desc, title, name desc, track_id)
    from (select t.track_id, t.name, b.title, a.name as artist from track t join album b using (album_id) join artist a using (artist_id)
          order by a.name desc, b.title, t.name desc, t.track_id limit 6) x),
  'employees', (select json_agg(json_build_object('lastName', e.last_name) order by m.last_name nulls last, e.last_name, e.employee_id)
                from employee e left join employee m on m.employee_id = e.reports_to),
  'nullsFirst', (select json_agg(json_build_object('lastName', e.last_name) order by m.last_name desc nulls first, e.last_name desc, e.employee_id)
                 from employee e left join employee m on m.employee_id = e.reports_to),
  'unselected', (select json_agg(json_build_object('albumId', album_id) order by name, album_id)
                 from (select album_id, name from album join artist using (artist_id) order by name, album_id limit 3) x))
