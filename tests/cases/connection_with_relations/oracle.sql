with ordered as (
  select *, row_number() over (order by name desc, track_id) as place from track where album_id = 5),
  page as (select * from ordered where place > (select count(*) - 3 from ordered))
select json_build_object('tracksConnection', json_build_object(
  'edges', (select json_agg(json_build_object('node', json_build_object('name', name,
      'album', json_build_object('title', 'Big Ones', 'artist', json_build_object('name', 'Aerosmith')),
      'invoiceLines', (select coalesce(json_agg(json_build_object('quantity', quantity) order by invoice_line_id), '[]')
        from invoice_line where invoice_line.track_id = page.track_id))) order by place) from page),
  'nodes', (select json_agg(json_build_object('genre', json_build_object('name', 'Rock'),
      'playlists', json_build_array(json_build_object('playlistId',
        (select min(playlist_id) from playlist_track where playlist_track.track_id = page.track_id)))) order by place) from page),
  'pageInfo', json_build_object('hasPreviousPage', true)))
