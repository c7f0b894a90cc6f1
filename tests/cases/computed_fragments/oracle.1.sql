select json_build_object('employees', (
  select json_agg(json_build_object('fullName', e.first_name || ' ' || e.last_name,
    'manager', case when m.employee_id is not null then json_build_object('fullName', m.first_name || ' ' || m.last_name) end) order by e.employee_id)
  from (select * from employee order by employee_id limit 2) e left join employee m on m.employee_id = e.reports_to))
