select json_build_object(
  'invoices', (select json_agg(json_build_object('invoiceId', invoice_id, 'invoiceDate', invoice_date) order by invoice_id)
               from invoice where invoice_date >= date '2025-12-01' and invoice_date < date '2025-12-10'),
  'eq', (select json_agg(json_build_object('invoiceId', invoice_id)) from invoice where invoice_date = date '2021-01-01'),
  'in', (select json_agg(json_build_object('invoiceId', invoice_id) order by invoice_id) from invoice
         where invoice_date = date '2021-01-01' or invoice_date = date '2025-12-22'),
  'ne', (select json_agg(json_build_object('birthDate', birth_date, 'hireDate', hire_date) order by employee_id)
         from employee where hire_date <> date '2003-10-17' and extract(year from birth_date) >= 1965))
