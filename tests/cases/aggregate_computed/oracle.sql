with timed as (
  select *, case when milliseconds < 180000 then 'SHORT' when milliseconds <= 300000 then 'MEDIUM' else 'LONG' end as length,
    case when milliseconds < 180000 then 1 when milliseconds <= 300000 then 2 else 3 end as place,
    (select count(*) from track o where o.album_id = t.album_id and o.milliseconds > t.milliseconds) as longer
  from track t)
select json_build_object(
  'lengths', (select json_agg(json_build_object('key', json_build_object('length', length), 'seconds', json_build_object('max', most), 'longerTracks', json_build_object('max', longer::text)) order by place)
    from (select length, place, max(milliseconds / 1000.0::float8) as most, max(longer) as longer from timed group by 1, 2) t where most > 200),
  'counts', (select json_agg(json_build_object('key', json_build_object('trackCount', tracks::text), 'count', albums, 'title', json_build_object('min', title)) order by tracks desc)
    from (select tracks, count(*) as albums, min(title) as title from (select a.title, (select count(*) from track t where t.album_id = a.album_id) as tracks from album a) a
          group by 1 order by 1 desc limit 3) t),
  'years', (select json_agg(json_build_object('key', json_build_object('year', year, 'customer', json_build_object('supportRep', json_build_object('fullName', name))), 'total', json_build_object('sum', sum::text)) order by year, name)
    from (select extract(year from invoice_date)::int as year, e.first_name || ' ' || e.last_name as name, sum(total)
          from invoice join customer using (customer_id) join employee e on e.employee_id = support_rep_id group by 1, 2 order by 1, 2 limit 4) t))
