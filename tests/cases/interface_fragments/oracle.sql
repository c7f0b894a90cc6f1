select json_build_object('people', json_build_array(
  (select json_build_object('__typename', 'Employee', 'last', last_name, 'title', title, 'manager', null) from employee where employee_id = 1),
  (select json_build_object('__typename', 'Employee', 'last', e.last_name, 'title', e.title, 'manager', json_build_object('__typename', 'Employee', 'last', m.last_name, 'title', m.title))
    from employee e join employee m on m.employee_id = e.reports_to where e.employee_id = 3),
  (select json_build_object('__typename', 'Customer', 'last', c.last_name, 'company', c.company, 'supportRep', json_build_object('__typename', 'Employee', 'last', e.last_name), 'fax', c.fax)
    from customer c join employee e on e.employee_id = c.support_rep_id where c.last_name = 'Almeida')))
