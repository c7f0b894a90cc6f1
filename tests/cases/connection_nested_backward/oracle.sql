select json_build_object('artists', (
  select json_agg(json_build_object('albumsConnection', (
    with ordered as (
      select *, row_number() over (order by title, album_id desc) as place from album where album.artist_id = artist.artist_id)
    select json_build_object(
      'nodes', (select json_agg(json_build_object('title', title) order by place desc) from ordered where place <= 2),
      'pageInfo', json_build_object('hasNextPage', false, 'hasPreviousPage', (select count(*) > 2 from ordered)))
  )) order by artist_id) from artist where artist_id in (1, 8, 22)))
