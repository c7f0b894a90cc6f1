select json_build_object('employees', (
  select json_agg(json_build_object('lastName', last_name) order by place)
  from (select last_name, row_number() over (order by (select count(*) from employee c where c.title = e.title) desc,
          (select min(hire_date) from employee c where c.title = e.title), employee_id) as place from employee e) t where place <= 5),
 'first', (
  select json_agg(json_build_object('colleagues', (
    select json_agg(json_build_object('lastName', c.last_name)
      order by (select count(*) from customer where support_rep_id = c.employee_id) desc, c.employee_id)
    from employee c where c.title = e.title)) order by employee_id)
  from (select * from employee order by employee_id limit 3) e))
