with every as (select json_agg(json_build_object('mediaTypeId', media_type_id) order by media_type_id) as list from media_type)
select json_build_object(
  'in', '[]'::json,
  'notIn', list,
  'inNullable', '[]'::json,
  'notInNullable', (select json_agg(json_build_object('employeeId', employee_id) order by employee_id) from employee),
  'and', list,
  'or', '[]'::json,
  'notAnd', '[]'::json,
  'notOr', list,
  'none', list,
  'noOperator', list,
  'notNone', '[]'::json,
  'orNone', list)
from every
