select json_build_object('albums', (
  select json_agg(json_build_object('title', title, 'artist', json_build_object('name', name)) order by number desc, title, album_id)
  from (select title, name, album_id, (select count(*) from album o where o.artist_id = a.artist_id) as number from album a join artist using (artist_id)
        order by number desc, title, album_id limit 4) t),
 'employees', (
  select json_agg(json_build_object('lastName', e.last_name, 'manager', case when m.employee_id is not null then json_build_object('lastName', m.last_name) end)
    order by (select count(*) from employee r where r.reports_to = m.employee_id), e.employee_id)
  from employee e left join employee m on m.employee_id = e.reports_to))
