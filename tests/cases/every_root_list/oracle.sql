select json_build_object(
  'artists', (select json_agg(json_build_object('artistId', artist_id, 'name', name)) from artist where artist_id = 1),
  'albums', (select json_agg(json_build_object('albumId', album_id, 'title', title, 'artistId', artist_id)) from album where album_id = 1),
  'tracks', (select json_agg(json_build_object('trackId', track_id, 'name', name, 'albumId', album_id, 'mediaTypeId', media_type_id,
               'genreId', genre_id, 'composer', composer, 'milliseconds', milliseconds, 'bytes', bytes, 'unitPrice', unit_price::text))
             from track where track_id = 1),
  'genres', (select json_agg(json_build_object('genreId', genre_id, 'name', name)) from genre where genre_id = 1),
  'mediaTypes', (select json_agg(json_build_object('mediaTypeId', media_type_id, 'name', name)) from media_type where media_type_id = 1),
  'playlists', (select json_agg(json_build_object('playlistId', playlist_id, 'name', name)) from playlist where playlist_id = 1),
  'playlistTracks', (select json_agg(json_build_object('playlistId', playlist_id, 'trackId', track_id) order by playlist_id, track_id)
                     from (select * from playlist_track order by playlist_id, track_id limit 2) pt),
  'employees', (select json_agg(json_build_object('employeeId', employee_id, 'lastName', last_name, 'firstName', first_name,
                  'title', title, 'reportsTo', reports_to, 'birthDate', birth_date, 'hireDate', hire_date, 'address', address,
                  'city', city, 'state', state, 'country', country, 'postalCode', postal_code, 'phone', phone, 'fax', fax, 'email', email))
                from employee where employee_id = 1),
  'customers', (select json_agg(json_build_object('customerId', customer_id, 'firstName', first_name, 'lastName', last_name,
                  'company', company, 'address', address, 'city', city, 'state', state, 'country', country,
                  'postalCode', postal_code, 'phone', phone, 'fax', fax, 'email', email, 'supportRepId', support_rep_id) order by customer_id)
                from customer where customer_id <= 2),
  'invoices', (select json_agg(json_build_object('invoiceId', invoice_id, 'customerId', customer_id, 'invoiceDate', invoice_date,
                 'billingAddress', billing_address, 'billingCity', billing_city, 'billingState', billing_state,
                 'billingCountry', billing_country, 'billingPostalCode', billing_postal_code, 'total', total::text))
               from invoice where invoice_id = 1),
  'invoiceLines', (select json_agg(json_build_object('invoiceLineId', invoice_line_id, 'invoiceId', invoice_id, 'trackId', track_id,
                     'unitPrice', unit_price::text, 'quantity', quantity)) from invoice_line where invoice_line_id = 1))
