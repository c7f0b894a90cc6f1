select json_build_object('artistsConnection', json_build_object(
  'nodes', (select json_agg(json_build_object('artistId', artist_id, 'name', name) order by artist_id)
    from artist where artist_id >= 273),
  'pageInfo', json_build_object('hasNextPage', false, 'hasPreviousPage', true, 'startCursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(273)), 'endCursor', cursor_of('Artist by artistId Int asc nulls last,', int4send(275)))))
