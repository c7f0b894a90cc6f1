select json_build_object('employees', (
  select json_agg(json_build_object('fullName', e.first_name || ' ' || e.last_name, 'colleagues', (
    select coalesce(json_agg(json_build_object('fullName', full_name, 'customers', (
        select coalesce(json_agg(json_build_object('calledBy', first_name || ' ' || last_name)), '[]')
        from (select * from customer where support_rep_id = c.employee_id order by customer_id limit 1) u))
      order by full_name desc), '[]')
    from (select *, first_name || ' ' || last_name as full_name from employee where title = e.title
      order by first_name || ' ' || last_name desc limit 2) c)) order by e.employee_id)
  from employee e))
