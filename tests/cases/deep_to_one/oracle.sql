select json_build_object('invoiceLines', (
  select json_agg(json_build_object(
    'invoiceLineId', l.invoice_line_id,
    'invoice', json_build_object('invoiceDate', i.invoice_date, 'customer', json_build_object('firstName', c.first_name,
      'supportRep', json_build_object('firstName', e.first_name, 'manager', json_build_object('firstName', m.first_name,
        'manager', json_build_object('title', g.title, 'manager', null))))),
    'track', json_build_object('genre', json_build_object('name', ge.name))) order by l.invoice_line_id)
  from invoice_line l join invoice i using (invoice_id) join customer c using (customer_id)
    join employee e on e.employee_id = c.support_rep_id
    join employee m on m.employee_id = e.reports_to
    join employee g on g.employee_id = m.reports_to
    join track t on t.track_id = l.track_id join genre ge using (genre_id)
  where l.invoice_line_id in (1, 579, 2240)))
