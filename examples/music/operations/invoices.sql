-- query Invoices
SELECT
  invoices.invoice_id,
  invoices.invoice_date,
  invoices.total,
  (
    SELECT string_agg(invoice_lines.record, ''::bytea)
    FROM (
      SELECT
        record_send(
          ROW(invoice_lines.quantity, invoice_lines.unit_price, track.track_id, track.name)
        ) AS record
      FROM (
        SELECT
          invoice_line.invoice_line_id,
          invoice_line.track_id,
          invoice_line.unit_price,
          invoice_line.quantity
        FROM invoice_line
        WHERE invoice_line.invoice_id = invoices.invoice_id
        ORDER BY invoice_line.invoice_line_id
        LIMIT 100
      ) AS invoice_lines
      LEFT JOIN track ON track.track_id = invoice_lines.track_id
      ORDER BY invoice_lines.invoice_line_id
    ) AS invoice_lines
  ) AS invoice_lines
FROM (
  SELECT invoice.invoice_id, invoice.invoice_date, invoice.total
  FROM invoice
  WHERE invoice.customer_id = $1::int4
  ORDER BY invoice.invoice_date DESC, invoice.invoice_id
  LIMIT 10
  OFFSET $2::int8
) AS invoices
ORDER BY invoices.invoice_date DESC, invoices.invoice_id

-- query LastInvoice
SELECT invoice.invoice_id, invoice.invoice_date, invoice.total
FROM invoice
WHERE invoice.customer_id = $1::int4
ORDER BY invoice.invoice_date DESC, invoice.invoice_id
LIMIT 1
