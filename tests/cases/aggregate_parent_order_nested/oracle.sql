select json_build_object('genres', json_agg(json_build_object('name', name, 'tracks', (
  select json_agg(json_build_object('name', t.name) order by sold desc nulls last, t.name, track_id)
  from (select track_id, t.name, (select sum(quantity) from invoice_line l where l.track_id = t.track_id) as sold
        from track t where t.genre_id = g.genre_id order by sold desc nulls last, t.name, track_id limit 3) t)) order by genre_id))
from (select * from genre order by genre_id limit 3) g
