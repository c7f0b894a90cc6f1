select json_build_object('tracksAggregate', json_build_array(json_build_object('count', 3503)),
  'genres', json_build_array(json_build_object('name', 'Rock')),
  'tracksConnection', json_build_object('nodes', json_build_array(json_build_object('name', (select name from track where track_id = 1))), 'totalCount', 3503),
  'invoicesAggregate', (select json_build_array(json_build_object('key', json_build_object('invoiceDate', year), 'total', json_build_object('max', max::text)))
    from (select date_trunc('year', invoice_date) as year, max(total) from invoice group by 1 order by 1 limit 1) t),
  'artist', json_build_object('albumsAggregate', json_build_array(json_build_object('count', 2))))
