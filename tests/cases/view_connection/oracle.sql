with s as (select t.album_id, sum(quantity) as sold, sum(quantity * l.unit_price) as revenue from invoice_line l join track t using (track_id) group by 1)
select json_build_object('albumSalesConnection', json_build_object(
  'totalCount', (select count(*) from s),
  'edges', (select json_agg(json_build_object(
      'cursor', cursor_of('AlbumSales by sold BigInt desc nulls first, albumId Int asc nulls last,', int8send(sold), int4send(album_id)),
      'node', json_build_object('albumId', album_id, 'sold', sold::text)) order by sold desc, album_id)
    from (select * from s order by sold desc, album_id limit 3) s)))
