select json_build_object(
  'asc', (select json_agg(json_build_object('milliseconds', milliseconds) order by milliseconds, track_id)
          from (select * from track order by milliseconds, track_id limit 4) t),
  'desc', (select json_agg(json_build_object('milliseconds', milliseconds) order by milliseconds desc, track_id)
           from (select * from track order by milliseconds desc, track_id limit 4) t),
  'text', (select json_agg(json_build_object('name', name) order by name desc, artist_id)
           from (select * from artist order by name desc, artist_id limit 3) a),
  'date', (select json_agg(json_build_object('birthDate', birth_date) order by birth_date, employee_id) from employee),
  'decimal', (select json_agg(json_build_object('total', total::text) order by total desc, invoice_id)
              from (select * from invoice order by total desc, invoice_id limit 3) i),
  'key', '[{"genreId": 25}, {"genreId": 24}]'::json,
  'none', '[{"genreId": 1}, {"genreId": 2}]'::json)
