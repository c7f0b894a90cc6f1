select json_build_object('employees', json_build_array(json_build_object('team', (
  select json_agg(json_build_object('lastName', last_name, 'depth', depth, 'customersAggregate', json_build_array(json_build_object('count', customers)),
    'reportsAggregate', json_build_array(json_build_object('count', reports))) order by customers desc, last_name, employee_id)
  from (select e.employee_id, e.last_name, case when m.reports_to is null then 1 else 2 end as depth,
          (select count(*) from customer where support_rep_id = e.employee_id) as customers,
          (select count(*) from employee r where r.reports_to = e.employee_id) as reports
        from employee e join employee m on m.employee_id = e.reports_to order by 4 desc, 2, 1 limit 4) t))))
