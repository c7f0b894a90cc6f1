select json_build_object(
  'like', (select json_agg(json_build_object('name', name) order by artist_id) from artist where name ~ '^A.*e$'),
  'likeOne', (select coalesce(json_agg(json_build_object('name', name) order by artist_id), '[]') from artist where name ~ '^.iss$'),
  'likeCase', (select coalesce(json_agg(json_build_object('name', name) order by artist_id), '[]') from artist where name ~ 'IRON'),
  'likeEscaped', (select json_agg(json_build_object('name', name) order by track_id) from track where strpos(name, '%') > 0),
  'ilike', (select json_agg(json_build_object('name', name) order by artist_id) from artist where name ~* 'iron m'),
  'startsWith', (select json_agg(json_build_object('name', name) order by artist_id) from artist where left(name, 5) = 'Black'),
  'endsWith', (select json_agg(json_build_object('name', name) order by artist_id) from artist where right(name, 9) = 'Orchestra'),
  'contains', (select json_agg(json_build_object('name', name) order by artist_id)
               from (select * from artist where strpos(name, 'Orchestra') > 0 order by artist_id limit 3) a),
  'iStartsWith', (select json_agg(json_build_object('name', name) order by artist_id) from artist where lower(left(name, 5)) = 'black'),
  'iEndsWith', (select json_agg(json_build_object('name', name) order by artist_id) from artist where lower(right(name, 9)) = 'orchestra'),
  'iContains', (select json_agg(json_build_object('name', name) order by artist_id)
                from (select * from artist where strpos(lower(name), 'orchestra') > 0 order by artist_id limit 3) a))
