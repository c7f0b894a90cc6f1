select json_build_object('artistsConnection', json_build_object('nodes', (
  select json_agg(json_build_object('name', artist.name, 'albumsConnection', json_build_object(
    'totalCount', (select count(*) from album where album.artist_id = artist.artist_id),
    'nodes', (select json_agg(json_build_object('title', album.title, 'tracksConnection', json_build_object(
        'totalCount', (select count(*) from track where track.album_id = album.album_id),
        'edges', (select json_agg(json_build_object('node', json_build_object('name', name, 'milliseconds', milliseconds))
            order by milliseconds desc, track_id)
          from (select * from track where track.album_id = album.album_id
            order by milliseconds desc, track_id limit 2) page),
        'pageInfo', json_build_object('hasNextPage',
          (select count(*) > 2 from track where track.album_id = album.album_id)))) order by album_id)
      from (select * from album where album.artist_id = artist.artist_id order by album_id limit 1) album)
  )) order by artist_id) from artist where artist_id in (1, 2))))
