select json_build_object('node', (select json_build_object('__typename', 'Artist',
  'nodeId', cursor_of('Artist with artistId', int4send(artist_id)), 'name', name, 'albums', (
    select json_agg(json_build_object('nodeId', cursor_of('Album with albumId', int4send(album_id)), 'title', title) order by album_id)
    from album where album.artist_id = artist.artist_id)) from artist where artist_id = 1))
