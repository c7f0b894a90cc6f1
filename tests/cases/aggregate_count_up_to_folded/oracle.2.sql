select json_build_object('album', (select json_build_object('title', title, 'tracksAggregate', json_build_array(json_build_object('countUpTo',
  least(5, (select count(*) from track t where t.album_id = a.album_id and milliseconds > 250000))))) from album a where album_id = 1))
