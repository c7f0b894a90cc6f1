select json_build_object('employee', json_build_object('team', (select json_agg(json_build_object('lastName', last_name, 'title', title, 'depth', 2) order by last_name desc)
    from (select * from employee where reports_to in (2, 6) and title like '%Staff' order by last_name desc offset 1 limit 1) e),
  'cities', (select json_agg(json_build_object('city', city, 'lastName', last_name) order by city) from employee e
    where employee_id = (select min(employee_id) from employee where employee_id > 1 and city = e.city))))
