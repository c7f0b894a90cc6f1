select json_build_object(
  'tracks', (select json_agg(json_build_object('trackId', track_id, 'album', json_build_object('title', title)) order by track_id)
             from track join album using (album_id) join artist using (artist_id)
             where genre_id = 2 and artist.name = 'Miles Davis' and title ~ 'Disc 1'),
  'employees', (select json_agg(json_build_object('lastName', last_name) order by employee_id) from employee where reports_to = 2),
  'invoiceLines', (select json_agg(json_build_object('invoiceLineId', l.invoice_line_id) order by l.invoice_line_id)
                   from invoice_line l join invoice i using (invoice_id) join customer c using (customer_id) join track t using (track_id)
                   where c.support_rep_id = 4 and c.country = 'Brazil' and t.genre_id = 7))
