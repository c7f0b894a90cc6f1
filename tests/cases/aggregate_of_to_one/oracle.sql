select json_build_object('invoiceLines', json_agg(json_build_object('track', json_build_object('name', t.name,
  'album', json_build_object('title', a.title, 'tracksAggregate', json_build_array(json_build_object('count', (select count(*) from track where album_id = a.album_id)))),
  'invoiceLinesAggregate', json_build_array(json_build_object('quantity', json_build_object('sum', (select sum(quantity)::text from invoice_line where track_id = t.track_id)))))) order by l.invoice_line_id))
from (select * from invoice_line order by invoice_line_id limit 3) l join track t using (track_id) join album a using (album_id)
