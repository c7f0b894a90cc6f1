select json_build_object(
  '__typename', 'Query',
  'artists', (select json_agg(json_build_object('__typename', 'Artist', 'albums',
    '[{"kind": "Album", "tracks": [{"__typename": "Track", "album": {"__typename": "Album"}, "playlists": [{"__typename": "Playlist", "name": "Music"}]}]}]'::json))
    from artist where artist_id = 1),
  'employee', '{"__typename": "Employee", "manager": null}'::json,
  'invoiceLine', null)
