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
