with s as (select t.album_id, sum(quantity) as sold, sum(quantity * l.unit_price) as revenue from invoice_line l join track t using (track_id) group by 1)
select json_build_object(
  'albumSale', (select json_build_object('nodeId', cursor_of('AlbumSales with albumId', int4send(album_id)), 'sold', sold::text) from s where album_id = 8),
  'node', (select json_build_object('__typename', 'AlbumSales', 'albumId', album_id, 'revenue', revenue::text) from s where album_id = 1))
