select json_build_object('guestsConnection', json_build_object(
  'nodes', (select json_agg(json_build_object('email', email, 'nickname', nickname)) from (
    select * from guest order by nickname, email limit 2 offset 0) as page),
  'pageInfo', json_build_object('hasNextPage', true), 'totalCount', 4))
