select json_build_object(
  'without', (select coalesce(json_agg(json_build_object('lastName', last_name, 'company', company) order by customer_id), '[]')
              from customer where company is null and country = 'Brazil'),
  'with', (select json_agg(json_build_object('lastName', last_name, 'company', company) order by customer_id)
           from customer where company is not null and country = 'USA'),
  'asked', (select json_agg(json_build_object('lastName', last_name, 'reportsTo', reports_to) order by employee_id) from employee))
