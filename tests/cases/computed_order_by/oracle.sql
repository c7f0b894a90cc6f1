select json_build_object(
  'employees', (select json_agg(json_build_object('employeeId', e.employee_id,
      'manager', case when m.employee_id is not null then json_build_object('fullName', m.first_name || ' ' || m.last_name) end)
      order by e.first_name || ' ' || e.last_name desc)
    from employee e left join employee m on m.employee_id = e.reports_to),
  'customers', (select json_agg(json_build_object('customerId', customer_id, 'calledBy', called) order by rep, called, customer_id)
    from (select c.customer_id, c.first_name || ' ' || c.last_name as called, e.first_name || ' ' || e.last_name as rep
      from customer c left join employee e on e.employee_id = c.support_rep_id
      order by rep, called, customer_id limit 5 offset 2) c),
  'invoices', (select json_agg(json_build_object('invoiceId', i.invoice_id,
      'customer', json_build_object('calledBy', c.first_name || ' ' || c.last_name)) order by i.year desc, i.total desc, i.invoice_id)
    from (select *, extract(year from invoice_date) as year from invoice
      order by extract(year from invoice_date) desc, total desc, invoice_id limit 3) i
    join customer c using (customer_id)))
