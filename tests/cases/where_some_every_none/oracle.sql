select json_build_object(
  'some', (select json_agg(json_build_object('name', name) order by artist_id) from artist
           where artist_id in (select artist_id from album where strpos(title, 'Live') > 0)),
  'none', (select json_agg(json_build_object('name', name) order by artist_id) from artist
           where artist_id <= 12 and artist_id not in (select artist_id from album where strpos(title, 'a') > 0)),
  'every', (select json_agg(json_build_object('name', name) order by artist_id) from artist
            where artist_id <= 30 and artist_id not in (select artist_id from album where strpos(title, 'o') = 0)),
  'both', (select json_agg(json_build_object('name', name) order by artist_id) from artist
           where artist_id in (select artist_id from album where left(title, 1) = 'A')
             and artist_id not in (select artist_id from album where strpos(title, 'a') = 0)))
