with units as (
  select unit, rows, json_agg(json_build_object('key', json_build_object('invoiceDate', day), 'count', count) order by day) as groups
  from (select unit, rows, day, count, row_number() over (partition by unit order by day) as place
        from (select unit, rows, date_trunc(unit, invoice_date) as day, count(*) from invoice,
              (values ('year', 100), ('quarter', 3), ('month', 3), ('week', 3), ('day', 3)) as u(unit, rows) group by 1, 2, 3) g) t
  where place <= rows group by unit, rows),
born as (select json_agg(json_build_object('key', json_build_object('birthDate', birth_date), 'count', 1) order by birth_date) as groups
  from (select birth_date from employee order by birth_date limit 2) e)
select json_build_object(
  'year', (select groups from units where unit = 'year'), 'quarter', (select groups from units where unit = 'quarter'),
  'month', (select groups from units where unit = 'month'), 'week', (select groups from units where unit = 'week'),
  'day', (select groups from units where unit = 'day'), 'hour', (select groups from born), 'minute', (select groups from born))
