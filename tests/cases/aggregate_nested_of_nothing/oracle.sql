select json_build_object('artists', json_agg(json_build_object('name', name,
  'albumsAggregate', json_build_array(json_build_object('count', 0, 'albumId', json_build_object('max', null))), 'groups', json_build_array()) order by artist_id))
from (select * from artist where artist_id not in (select artist_id from album) order by artist_id limit 2) t
