with ordered as (
  select *, row_number() over (order by name, title, album_id) as place from album join artist using (artist_id))
select json_build_object('albumsConnection', json_build_object(
  'edges', (select json_agg(json_build_object(
      'cursor', cursor_of('Album by artist. name String asc nulls last, title String asc nulls last, albumId Int asc nulls last,', convert_to(name, 'UTF8'), convert_to(title, 'UTF8'), int4send(album_id)),
      'node', json_build_object('title', title, 'artist', json_build_object('name', name))) order by place)
    from ordered where place between 1 and 4),
  'pageInfo', json_build_object('hasNextPage', true, 'hasPreviousPage', false)))
