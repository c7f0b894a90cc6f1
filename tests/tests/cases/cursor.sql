-- Cursors as `engine/src/cursor.rs` describes them, written a second time for the oracles of connections.

CREATE FUNCTION fnv1a(data bytea) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  hash bigint := 2166136261;
BEGIN
  FOR i IN 0 .. length(data) - 1 LOOP
    hash := ((hash # get_byte(data, i)) * 16777619) & 4294967295;
  END LOOP;
  RETURN hash;
END $$;

CREATE FUNCTION big_endian(number bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT substring(int8send(number) FROM 5)
$$;

-- `cursor_of('Track by trackId Int asc nulls last,', int4send(1))`
CREATE FUNCTION cursor_of(belongs_to text, VARIADIC data bytea[]) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  bytes bytea := '\x01'::bytea || big_endian(fnv1a(convert_to(belongs_to, 'UTF8')));
  value bytea;
  number int;
BEGIN
  FOREACH value IN ARRAY data LOOP
    number := coalesce(length(value) + 1, 0);
    WHILE number > 127 LOOP
      bytes := bytes || set_byte('\x00'::bytea, 0, number % 128 + 128);
      number := number / 128;
    END LOOP;
    bytes := bytes || set_byte('\x00'::bytea, 0, number) || coalesce(value, '');
  END LOOP;
  bytes := bytes || big_endian(fnv1a(bytes));
  RETURN translate(encode(bytes, 'base64'), E'+/=\n', '-_');
END $$;
