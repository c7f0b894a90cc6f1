select json_build_object('employeesAggregate', (select json_agg(json_build_object('key', json_build_object('title', title)) order by title)
  from (select title from employee group by 1 having (sum(reports_to) is null) = false) t),
  'all', json_build_array(json_build_object('key', json_build_object('title', 'General Manager'))))
