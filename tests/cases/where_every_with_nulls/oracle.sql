select json_build_object(
  'albums', (select json_agg(json_build_object('albumId', album_id) order by album_id) from album
             where album_id <= 12 and album_id not in (select album_id from track where composer is null or strpos(composer, 'e') = 0)),
  'employees', (select json_agg(json_build_object('employeeId', employee_id) order by employee_id) from employee e
                where not exists (select from customer c where c.support_rep_id = e.employee_id and (company is null or company !~ '^X'))))
