select json_build_object('artists', (
  select json_agg(json_build_object('name', artist.name, 'albumsConnection', (
    with ordered as (
      select *, row_number() over (order by album_id) as place from album where album.artist_id = artist.artist_id),
      page as (select * from ordered where place <= 2)
    select json_build_object(
      'totalCount', (select count(*) from ordered),
      'edges', (select coalesce(json_agg(json_build_object('cursor', cursor_of('Album by albumId Int asc nulls last,', int4send(album_id)),
          'node', json_build_object('title', title)) order by place), '[]') from page),
      'nodes', (select coalesce(json_agg(json_build_object('albumId', album_id) order by place), '[]') from page),
      'pageInfo', json_build_object(
        'hasNextPage', (select count(*) > 2 from ordered), 'hasPreviousPage', false,
        'startCursor', (select cursor_of('Album by albumId Int asc nulls last,', int4send(min(album_id))) from page having count(*) > 0),
        'endCursor', (select cursor_of('Album by albumId Int asc nulls last,', int4send(max(album_id))) from page having count(*) > 0)))
  )) order by artist.artist_id)
  from artist where artist_id in (1, 2, 22, 25, 90)))
