with ids(name, nodes) as (
  select name, json_agg(json_build_object('artistId', id) order by id)
  from (values ('first', 1), ('first', 2), ('all', 1), ('all', 2), ('all', 3),
    ('between', 5), ('between', 6), ('backward', 7), ('backward', 8)) as pages(name, id) group by name)
select json_build_object(
  'first', (select json_build_object('nodes', nodes, 'pageInfo', json_build_object('hasNextPage', true)) from ids where name = 'first'),
  'all', (select json_build_object('nodes', nodes, 'pageInfo', json_build_object('hasNextPage', false)) from ids where name = 'all'),
  'between', (select json_build_object('nodes', nodes) from ids where name = 'between'),
  'backward', (select json_build_object('nodes', nodes) from ids where name = 'backward'))
