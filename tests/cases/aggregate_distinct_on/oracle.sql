select json_build_object('tracks', json_agg(json_build_object('name', name, 'albumId', album_id) order by album_id))
from (select distinct on (album_id) name, album_id from (select t.*, (select count(*) from invoice_line l where l.track_id = t.track_id) as sold from track t) t
      order by album_id, sold desc, track_id limit 4) t
