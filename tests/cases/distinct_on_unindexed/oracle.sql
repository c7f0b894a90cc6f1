select json_build_object('employees', (select json_agg(json_build_object('lastName', e.last_name, 'colleagues', (
    select json_agg(json_build_object('city', city, 'lastName', last_name) order by city)
    from (select city, max(last_name) as last_name from employee where title = e.title group by city) c)) order by e.employee_id) from employee e))
