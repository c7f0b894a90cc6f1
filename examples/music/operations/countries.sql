-- query Countries
SELECT customer.country, count(*)::int4, sum(invoice.total), avg(invoice.total)
FROM invoice
LEFT JOIN customer ON customer.customer_id = invoice.customer_id
GROUP BY customer.country
ORDER BY sum(invoice.total) DESC, customer.country
LIMIT $1::int8

-- query BestCustomers
SELECT
  customers.email,
  (
    SELECT record_send(ROW(count(*)::int4, sum(invoice.total)))
    FROM invoice
    WHERE invoice.customer_id = customers.customer_id
  ) AS invoices_aggregate
FROM (
  SELECT customer.customer_id, customer.email, invoices.order_1 AS order_1
  FROM customer
  CROSS JOIN LATERAL (
    SELECT sum(invoice.total) AS order_1
    FROM invoice
    WHERE invoice.customer_id = customer.customer_id
  ) AS invoices
  WHERE customer.country = $1::text
  ORDER BY invoices.order_1 DESC NULLS LAST, customer.customer_id
  LIMIT 3
) AS customers
ORDER BY customers.order_1 DESC NULLS LAST, customers.customer_id
