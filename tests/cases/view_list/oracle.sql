select json_build_object('albumSales', (
  select json_agg(json_build_object('albumId', album_id, 'sold', sold::text, 'revenue', revenue::text,
      'average', round(revenue / sold, 2)::text, 'album', json_build_object('title', title, 'sales', json_build_object('sold', sold::text)))
    order by s.revenue desc, album_id)
  from (select * from (select t.album_id, sum(quantity) as sold, sum(quantity * l.unit_price) as revenue from invoice_line l join track t using (track_id) group by 1) s join album using (album_id) where sold > 10 and title like '%Live%' order by revenue desc, album_id limit 4) s))
