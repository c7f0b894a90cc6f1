select json_build_object(
  'employees', (select json_agg(json_build_object('employeeId', employee_id) order by employee_id)
    from employee where first_name || ' ' || last_name = 'Jane Peacock'),
  'invoices', (select coalesce(json_agg(json_build_object('invoiceId', invoice_id, 'year', extract(year from invoice_date)) order by invoice_id), '[]')
    from (select * from invoice where extract(year from invoice_date) >= 2024 order by invoice_id limit 5) i))
