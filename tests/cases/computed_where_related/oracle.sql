select json_build_object(
  'customers', (select json_agg(json_build_object(
      'calledBy', first_name || ' ' || last_name, 'supportRep', json_build_object('fullName', rep)) order by customer_id)
    from (select c.*, e.first_name || ' ' || e.last_name as rep from customer c join employee e on e.employee_id = c.support_rep_id
      where e.first_name || ' ' || e.last_name like 'Jane%'
        and exists (select from invoice i where i.customer_id = c.customer_id and extract(year from i.invoice_date) = 2022)
      order by c.customer_id limit 4) c),
  'tracks', (select coalesce(json_agg(json_build_object('trackId', track_id) order by track_id), '[]')
    from track where composer is null and album_id = 1),
  'other', (select json_agg(json_build_object('trackId', track_id, 'firstComposer', split_part(composer, ' ', 1)) order by track_id)
    from (select * from track where split_part(composer, ' ', 1) <> 'Angus' and album_id in (1, 4, 8) order by track_id limit 3) t))
