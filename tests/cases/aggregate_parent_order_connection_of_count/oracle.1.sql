with ordered as (
  select artist_id, artist.name, count(album_id) as number, row_number() over (order by count(album_id), artist.name desc, artist_id) as place
  from artist left join album using (artist_id) group by 1, 2)
select json_build_object('artistsConnection', json_build_object('nodes', (
  select json_agg(json_build_object('name', name) order by place) from ordered where place <= 2),
  'pageInfo', (select json_build_object('endCursor', cursor_of('Artist by albumsAggregate.count Int asc nulls last, name String desc nulls first, artistId Int asc nulls last,',
    int4send(number::int4), convert_to(name, 'UTF8'), int4send(artist_id))) from ordered where place <= 2 order by place desc limit 1)))
