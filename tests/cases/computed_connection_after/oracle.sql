with i as (select *, extract(year from invoice_date)::int4 as year,
  cursor_of('Invoice by year Int desc nulls first, total Decimal asc nulls last, invoiceId Int asc nulls last,',
    int4send(extract(year from invoice_date)::int4), numeric_send(total), int4send(invoice_id)) as cursor from invoice),
t as (select *, split_part(composer, ' ', 1) as first,
  cursor_of('Track by firstComposer String asc nulls last, trackId Int asc nulls last,',
    convert_to(split_part(composer, ' ', 1), 'UTF8'), int4send(track_id)) as cursor from track where album_id in (1, 3))
select json_build_object(
  'invoicesConnection', json_build_object('edges', (
    select json_agg(json_build_object('cursor', cursor, 'node', json_build_object('invoiceId', invoice_id, 'year', year)) order by year desc, total, invoice_id)
    from (select * from i order by year desc, total, invoice_id limit 2) i)),
  'tracksConnection', json_build_object('edges', (
    select json_agg(json_build_object('cursor', cursor, 'node', json_build_object('firstComposer', first)) order by first, track_id)
    from (select * from t order by first, track_id limit 2) t)))
