select json_build_object('employees', (
  select json_agg(json_build_object(
    'fullName', first_name || ' ' || last_name,
    'title', title,
    'name', first_name || ' ' || last_name) order by employee_id)
  from employee))
