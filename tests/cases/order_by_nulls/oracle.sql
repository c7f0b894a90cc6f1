with e as (select reports_to, employee_id, json_build_object('reportsTo', reports_to, 'employeeId', employee_id) as o from employee)
select json_build_object(
  'asc', json_agg(o order by coalesce(reports_to, 1000), employee_id),
  'desc', json_agg(o order by coalesce(reports_to, 1000) desc, employee_id),
  'ascNullsFirst', json_agg(o order by coalesce(reports_to, -1), employee_id),
  'ascNullsLast', json_agg(o order by coalesce(reports_to, 1000), employee_id),
  'descNullsFirst', json_agg(o order by coalesce(reports_to, 1000) desc, employee_id),
  'descNullsLast', json_agg(o order by coalesce(reports_to, -1) desc, employee_id)) from e
