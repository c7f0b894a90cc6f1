select json_build_object('people', (select json_agg(person order by last_name desc) from (
  select last_name, json_build_object('lastName', last_name, 'colleagues', (select json_agg(json_build_object('firstName', first_name) order by employee_id) from employee where title = e.title),
      'superiors', (select json_agg(json_build_object('lastName', last_name, 'depth', case employee_id when 6 then 1 else 2 end) order by employee_id desc) from employee where employee_id in (6, 1)),
      'customersConnection', json_build_object('totalCount', 0)) as person
    from employee e where city = 'Lethbridge'
  union all
  select last_name, json_build_object('lastName', last_name, 'invoices', (select json_agg(json_build_object('total', total::text, 'invoiceLines', (
      select json_agg(json_build_object('track', json_build_object('name', name))) from (select t.name from invoice_line l join track t using (track_id) where l.invoice_id = i.invoice_id order by invoice_line_id limit 1) l)) order by total desc, invoice_id)
      from (select * from invoice where customer_id = c.customer_id order by total desc, invoice_id limit 2) i))
    from customer c where city = 'Prague'
  order by last_name desc limit 3) p))
