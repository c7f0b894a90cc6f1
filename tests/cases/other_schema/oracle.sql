select json_build_object(
  'copies', (select json_agg(json_build_object('shelf', shelf, 'album', json_build_object('title', title)) order by copy_id)
    from (select * from stock.copy join album using (album_id) where shelf like 'C%' and title like 'T%' order by copy_id limit 3) c),
  'albums', (select json_agg(json_build_object('title', title,
      'copies', (select json_agg(json_build_object('shelf', shelf) order by shelf desc, copy_id) from stock.copy c where c.album_id = a.album_id)) order by album_id)
    from (select * from album a where exists (select from stock.copy c where c.album_id = a.album_id and shelf = 'B2') order by album_id limit 3) a))
