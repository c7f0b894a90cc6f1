select json_build_object('playlists', (
  select json_agg(json_build_object('name', playlist.name, 'tracksConnection', (
    with ordered as (
      select track.*, row_number() over (order by track_id) as place
      from track join playlist_track using (track_id)
      where playlist_track.playlist_id = playlist.playlist_id and track.name like 'S%')
    select json_build_object(
      'totalCount', (select count(*) from ordered),
      'nodes', (select coalesce(json_agg(json_build_object('name', name, 'playlistsConnection', json_build_object(
          'totalCount', (select count(*) from playlist_track where playlist_track.track_id = ordered.track_id),
          'nodes', json_build_array(json_build_object('playlistId',
            (select max(playlist_id) from playlist_track where playlist_track.track_id = ordered.track_id))))) order by place), '[]')
        from ordered where place <= 2),
      'pageInfo', json_build_object('hasNextPage', (select count(*) > 2 from ordered)))
  )) order by playlist_id) from playlist where playlist_id in (5, 7, 17)))
