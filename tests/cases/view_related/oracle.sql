with s as (select t.album_id, sum(quantity) as sold, sum(quantity * l.unit_price) as revenue from invoice_line l join track t using (track_id) group by 1)
select json_build_object(
  'albums', (select json_agg(json_build_object('albumId', album_id, 'sales', case when sold is not null then json_build_object('sold', sold::text) end) order by album_id)
    from album left join s using (album_id) where album_id <= 4),
  'unsold', (select coalesce(json_agg(json_build_object('title', title, 'sales', null) order by album_id), '[]')
    from (select * from album where album_id not in (select album_id from s) order by album_id limit 2) a),
  'best', (select json_agg(json_build_object('title', title, 'sales', json_build_object('sold', sold::text, 'album', json_build_object('albumId', album_id))) order by sold desc, album_id)
    from (select * from album join s using (album_id) order by sold desc, album_id limit 2) a))
