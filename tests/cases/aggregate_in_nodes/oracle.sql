select json_build_object('nodes', json_build_array(
  json_build_object('__typename', 'Artist', 'albumsAggregate', json_build_array(json_build_object('count', (select count(*) from album where artist_id = 1))),
    'albums', (select json_build_array(json_build_object('title', title)) from (select title from album a where artist_id = 1
      order by (select count(*) from track t where t.album_id = a.album_id) desc, album_id limit 1) t)),
  json_build_object('__typename', 'Employee',
    'customersAggregate', (select json_build_array(json_build_object('key', json_build_object('country', country), 'count', count))
      from (select country, count(*) from customer where support_rep_id = 3 group by 1 order by 2 desc, 1 limit 1) t),
    'colleaguesAggregate', json_build_array(json_build_object('count', (select count(*) from employee where title = (select title from employee where employee_id = 3)))))))
