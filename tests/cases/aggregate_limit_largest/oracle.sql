select json_build_object('tracksAggregate', (select json_agg(json_build_object('count', count) order by count desc)
  from (select name, count(*) from track group by 1 order by 2 desc, 1 limit 1000) t),
  'tracks', json_build_array(json_build_object('invoiceLinesAggregate',
    (select json_agg(json_build_object('count', count) order by invoice_id) from (select invoice_id, count(*) from invoice_line where track_id = 1 group by 1) t))))
