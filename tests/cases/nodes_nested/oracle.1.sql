select json_build_object('nodes', json_build_array(
  (select json_build_object('playlist', json_build_object('name', p.name), 'track', json_build_object('name', t.name, 'genre', json_build_object('name', g.name)))
    from playlist p, track t join genre g using (genre_id) where p.playlist_id = 1 and t.track_id = 2),
  (select json_build_object('name', name, 'albums', (select json_agg(json_build_object('title', title, 'tracks', (
      select json_agg(json_build_object('name', name)) from (select name from track where track.album_id = a.album_id order by track_id limit 1) t)) order by title desc)
    from (select * from album where album.artist_id = artist.artist_id order by title desc limit 2) a)) from artist where artist_id = 1),
  (select json_build_object('lastName', e.last_name, 'manager', json_build_object('lastName', m.last_name, 'reports', (
      select json_agg(json_build_object('firstName', first_name) order by employee_id) from employee r where r.reports_to = m.employee_id)))
    from employee e join employee m on m.employee_id = e.reports_to where e.employee_id = 3),
  (select json_build_object('lastName', last_name, 'manager', null) from employee where employee_id = 1)))
