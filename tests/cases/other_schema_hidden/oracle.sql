select json_build_object(
  'employees', (select json_agg(json_build_object('title', title, 'manager', json_build_object('fullName', called)) order by called, employee_id)
    from (select e.employee_id, e.title, m.first_name || ' ' || m.last_name as called from employee e join employee m on m.employee_id = e.reports_to
      where m.first_name || ' ' || m.last_name like '%Edwards' order by called, employee_id limit 2) e),
  'copies', (select json_agg(json_build_object('shelf', shelf, 'album', json_build_object('albumId', album_id)) order by title desc, copy_id)
    from (select * from stock.copy join album using (album_id) order by title desc, copy_id limit 2) c))
