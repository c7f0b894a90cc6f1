with ordered as (
  select *, row_number() over (order by playlist_id, track_id) as place from playlist_track where track_id <= 3)
select json_build_object('playlistTracksConnection', json_build_object(
  'edges', (select json_agg(json_build_object('cursor', cursor_of('PlaylistTrack by playlistId Int asc nulls last, trackId Int asc nulls last,', int4send(playlist_id), int4send(track_id)),
      'node', json_build_object('playlistId', playlist_id, 'trackId', track_id, 'track', json_build_object('name', track.name)))
      order by place) from ordered join track using (track_id) where place between 3 and 5),
  'pageInfo', json_build_object('hasNextPage', (select count(*) > 5 from ordered), 'hasPreviousPage', true)))
