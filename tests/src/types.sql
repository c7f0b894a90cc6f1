-- Of some arrays Postgres knows more types than Rust says.
ALTER TABLE hotel ALTER languages TYPE varchar(20)[];

INSERT INTO hotel (hotel_id, name, languages, menu, facts, extras) VALUES
  (1, 'Grand', '{de,en,fr}', '{Soup,NULL,"Fish, fried",NULL,"\"Quoted\"","",NULL}',
   '{"stars": 5, "pool": {"length": 25, "heated": true}, "awards": ["gold", "green"]}', '{"spa": null}'),
  (2, 'Small', '{de}', NULL, '{"stars": 3, "pool": null, "awards": []}', NULL),
  (3, 'Garden', '{en,it}', '{}', '{"stars": 4, "awards": ["green"], "bar": {"seats": 12}}', 'null'),
  (4, 'Été ☀', '{fr}', '{NULL}', '["stars", "bar"]', '[]'),
  (5, 'Bare', '{}', NULL, '{}', '"gold"');

INSERT INTO room VALUES
  (1, 1, '{quiet,corner}', '{sea,garden}', '{sea,NULL}', '{t,f}', '{1,2}', '{101,102}', '{9007199254740993,-1}',
   '{1.5,2}', '{0.1,-0.25}', '{0.5,NULL}', '{99.90,120}', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}',
   '{2009-01-31,2020-02-29}', '{2009-01-31T13:30:00.25}', '{2009-01-31T13:30:00+01}', '{07:00,24:00}',
   ARRAY['P1Y2M'::interval, '-1 days 2 hours'], ARRAY['\x00ff'::bytea, ''], '{192.168.0.1,10.0.0.0/8,::1}',
   ARRAY['{"a": [1]}'::json, 'null'], ARRAY['{"b": 2}'::jsonb, '1']),
  (2, 1, '{quiet}', '{street}', NULL, '{}', '{2}', '{}', '{}', '{}', '{}', '{NaN,1}', '{}', '{}', '{}', '{}', '{}', '{}',
   '{}', '{}', '{}', '{}', '{}'),
  (3, 2, '{}', '{}', '{}', '{f}', '{-32768,32767}', '{-2147483648,2147483647}', '{}', '{}', '{}', '{}', '{1,2,3}', '{}',
   '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
  (4, 3, '{corner,"with, comma","it''s \"fine\"",""}', '{garden}', '{NULL,garden}', '{}', '{}', '{7}', '{}', '{}', '{}',
   NULL, '{0.10}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}');

INSERT INTO sample VALUES
  (1, true, 1, 2, 9007199254740993, 1.5, 0.1, 'text "quoted"', 1.50, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '2009-01-31',
   '2009-01-31T13:30:00.25', '2009-01-31T13:30:00+01', '13:30', '1 year 2 mons 3 days 04:05:06.5', '\xdeadbeef',
   '192.168.0.0/16', '{"a":  1}', '{"b": [true, null]}', 'sea'),
  (2, false, -1, -2, -3, -1.5, -0.1, '', 0, NULL, '0001-01-01', NULL, '1999-12-31T23:59:59.999999Z', '24:00',
   '-1 mons', '', '::1', '[]', '"x"', 'street');
INSERT INTO sample (sample_id) VALUES (3);

INSERT INTO guest VALUES
  ('Anna@Example.org', 'anna', '{Ann,ANNIE}', '12345', '{54321,12345}', 0.10, '{0.25,0}'),
  ('bert@example.org', 'BERT', '{}', NULL, '{}', 0, '{}'),
  ('Cleo@example.org', 'Ånna', NULL, '00000', '{}', 0.5, '{0.250}'),
  ('dora@example.org', 'Anna', '{ann}', '12345', '{}', 0.1, '{1}');

INSERT INTO stay VALUES
  (1, 'anna@example.org', '[2009-01-31,2009-02-28)', '[1,5)', '[1,9007199254740993]', '[0.5,1.50]',
   '[2009-01-31T07:00,2009-01-31T10:00:00.5)', '[2009-01-31T13:00+01,)', '{"[2009-02-01,2009-02-02)",empty}'),
  (2, 'ANNA@example.org', '(,2009-01-31)', '(,)', 'empty', NULL, '(,2000-01-01T00:00]', 'empty', '{}'),
  (3, 'Bert@Example.ORG', '[2009-02-28,)', '[5,7]', '[-9,-8]', '(1.5,)', 'empty',
   '(1999-12-31T23:00Z,2000-01-01T00:00Z]', '{"(,)"}'),
  (4, 'Dora@example.org', 'empty', 'empty', '(,5]', 'empty', '(,)', '(,)', '{}');

ALTER TABLE review DROP words;
ALTER TABLE review ADD words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('english', body)) STORED;
CREATE INDEX ON review USING gin (words);

INSERT INTO review (review_id, hotel_id, reply_to_id, body, title_words) VALUES
  (1, 1, NULL, 'A quiet garden, and another garden behind the gardens.', to_tsvector('simple', 'The Garden')),
  (2, 1, NULL, 'Rooms by the sea. The sea is noisy!', to_tsvector('simple', 'Sea')),
  (3, 2, 1, 'The garden is not quiet at all: noisy gardeners.', NULL),
  (4, 3, 1, 'Garden and sea; the quietest garden by the sea.', to_tsvector('simple', 'Sea and garden')),
  (5, 4, 2, '', ''),
  (6, 5, 4, 'Un jardin d''été', to_tsvector('simple', 'Été'));

-- Ranges of moments as answers have them, for oracles.
CREATE FUNCTION iso(range anyrange) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN isempty(range) THEN 'empty' ELSE concat(
    CASE WHEN lower_inc(range) THEN '[' ELSE '(' END, to_json(lower(range)) #>> '{}', ',',
    to_json(upper(range)) #>> '{}', CASE WHEN upper_inc(range) THEN ']' ELSE ')' END) END
$$;
