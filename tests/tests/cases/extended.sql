-- What the schema `Extended` needs beside Chinook's tables.

CREATE TYPE length AS ENUM ('short', 'medium', 'long');

CREATE FUNCTION search_tracks(wanted text, wanted_length length) RETURNS SETOF track LANGUAGE sql STABLE AS $$
  SELECT *
  FROM track
  WHERE name ILIKE '%' || wanted || '%'
    AND CASE wanted_length
      WHEN 'short' THEN milliseconds < 180000
      WHEN 'medium' THEN milliseconds BETWEEN 180000 AND 300000
      WHEN 'long' THEN milliseconds > 300000
      ELSE true
    END
$$;

CREATE FUNCTION similar_tracks(wanted integer, most integer) RETURNS SETOF track LANGUAGE sql STABLE AS $$
  SELECT other.*
  FROM track AS this
  JOIN track AS other ON other.composer = this.composer AND other.track_id <> this.track_id
  WHERE this.track_id = wanted
  ORDER BY abs(other.milliseconds - this.milliseconds), other.track_id
  LIMIT most
$$;

CREATE FUNCTION yearly_sales(wanted integer, since integer)
RETURNS TABLE (year integer, invoices bigint, total numeric, largest_id integer) LANGUAGE sql STABLE AS $$
  SELECT
    extract(year FROM invoice_date)::integer,
    count(*),
    sum(invoice.total),
    (array_agg(invoice_id ORDER BY invoice.total DESC, invoice_id))[1]
  FROM invoice
  WHERE (wanted IS NULL OR customer_id = wanted) AND (since IS NULL OR extract(year FROM invoice_date) >= since)
  GROUP BY 1
$$;

CREATE VIEW album_sales AS
SELECT track.album_id, sum(quantity) AS sold, sum(quantity * invoice_line.unit_price) AS revenue
FROM invoice_line
JOIN track USING (track_id)
GROUP BY 1;

CREATE SCHEMA stock;

CREATE TABLE stock.copy (
  copy_id integer PRIMARY KEY,
  album_id integer NOT NULL REFERENCES album,
  shelf text NOT NULL
);

INSERT INTO stock.copy
SELECT row_number() OVER (ORDER BY number, album_id), album_id, chr(65 + album_id % 7) || number
FROM album
CROSS JOIN generate_series(1, 3) AS number
WHERE album_id % 3 >= number % 3;

CREATE INDEX ON stock.copy (album_id);

CREATE SCHEMA reports;

CREATE MATERIALIZED VIEW reports.country_sales AS
SELECT country, sum(total) AS total, (array_agg(customer_id ORDER BY total DESC, customer_id))[1] AS best_customer_id
FROM (
  SELECT country, customer_id, sum(total) AS total FROM customer JOIN invoice USING (customer_id) GROUP BY 1, 2
) AS customer
GROUP BY 1;
