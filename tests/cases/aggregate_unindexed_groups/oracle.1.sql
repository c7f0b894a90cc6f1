select json_build_object('employees', json_agg(json_build_object('lastName', last_name,
  'colleaguesAggregate', coalesce((select json_agg(json_build_object('key', json_build_object('hireDate', year, 'manager', json_build_object('lastName', manager)), 'count', count, 'lastName', json_build_object('max', name)) order by count desc, manager, year)
    from (select m.last_name as manager, date_trunc('year', c.hire_date) as year, count(*), max(c.last_name) as name
          from employee c left join employee m on m.employee_id = c.reports_to where c.title = e.title group by 1, 2 having count(*) < 3 order by 3 desc, 1, 2 limit 2 offset 0) t), '[]')
  , 'none', json_build_array(json_build_object('count', 0, 'lastName', json_build_object('max', null)))) order by employee_id))
from (select * from employee order by employee_id limit 4) e
