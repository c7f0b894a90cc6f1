-- The data set of the comparison: 10,000 users, 50,000 posts and 200,000 comments, the same rows on every machine and
-- in every version of Postgres, as all that looks random is made from hashes.

CREATE TABLE tb_user (
  pk_user int4 PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  identifier text NOT NULL UNIQUE,
  email text NOT NULL UNIQUE,
  username text NOT NULL UNIQUE,
  full_name text NOT NULL,
  bio text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE tb_post (
  pk_post int4 PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  identifier text NOT NULL UNIQUE,
  title text NOT NULL,
  content text NOT NULL,
  fk_author int4 NOT NULL REFERENCES tb_user,
  published bool NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE tb_comment (
  pk_comment int4 PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  identifier text UNIQUE,
  fk_post int4 NOT NULL REFERENCES tb_post,
  fk_author int4 NOT NULL REFERENCES tb_user,
  content text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

-- A number in [0, 1) that depends on a name and a row.
CREATE FUNCTION pg_temp.fraction(name text, row_number int4) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN
  ('x' || left(md5(name || row_number), 8))::bit(32)::int8 / 4294967296.0;

INSERT INTO tb_user
SELECT
  number,
  md5('a user ' || number)::uuid,
  'user-' || number,
  'user' || number || '@example.com',
  'user_' || number,
  'User Number ' || number,
  CASE WHEN number % 3 > 0 THEN 'Writes now and then, and reads what the others write. Number ' || number END,
  moment,
  moment
FROM generate_series(1, 10000) AS number
CROSS JOIN LATERAL (
  SELECT timestamptz '2026-01-01 00:00:00Z' - pg_temp.fraction('user', number) * interval '730 days' AS moment
) AS moments
ORDER BY number;

-- A tenth of the users have written half of the posts and more.
INSERT INTO tb_post
SELECT
  number,
  md5('a post ' || number)::uuid,
  'post-' || number,
  (ARRAY[
    'What an Index Costs When Nobody Reads It', 'Queries That Fetch a Page at a Time',
    'Notes on Planning Nested Loops', 'Reading Execution Plans Without Fear',
    'How Connections Are Shared Fairly', 'One Statement Instead of Many',
    'Keeping Writers Apart From Readers', 'Measuring Servers With Patience',
    'Small Programs That Serve Much', 'Text, Numbers and What They Weigh'
  ])[number % 10 + 1] || ' — Part ' || number / 10 + 1,
  'This is the text of post ' || number || ', about as long as the beginning of an article that is shown in a list. '
    || 'It says little, but it has to be read from its page, carried over a socket, looked through for what JSON '
    || 'wants escaped and written into a response. Lorem ipsum dolor sit amet, consectetur adipiscing elit.',
  1 + floor(
    pg_temp.fraction('author', number) * CASE WHEN pg_temp.fraction('skew', number) < 0.5 THEN 1000 ELSE 10000 END
  )::int4,
  pg_temp.fraction('published', number) < 0.8,
  moment,
  moment
FROM generate_series(1, 50000) AS number
CROSS JOIN LATERAL (
  SELECT timestamptz '2026-01-01 00:00:00Z' - pg_temp.fraction('post', number) * interval '730 days' AS moment
) AS moments
ORDER BY number;

INSERT INTO tb_comment
SELECT
  number,
  md5('a comment ' || number)::uuid,
  NULL,
  1 + floor(pg_temp.fraction('commented', number) * 50000)::int4,
  1 + floor(pg_temp.fraction('commentator', number) * 10000)::int4,
  'Comment ' || number || ': thank you for this, it is what I have seen too. With more rows than fit into memory it '
    || 'becomes another matter, of which you may want to write one day.',
  moment,
  moment
FROM generate_series(1, 200000) AS number
CROSS JOIN LATERAL (
  SELECT timestamptz '2026-01-01 00:00:00Z' - pg_temp.fraction('comment', number) * interval '365 days' AS moment
) AS moments
ORDER BY number;

CREATE INDEX ON tb_post (fk_author);
CREATE INDEX ON tb_post (published);
CREATE INDEX ON tb_post (created_at DESC);
CREATE INDEX ON tb_comment (fk_post);
CREATE INDEX ON tb_comment (fk_author);
CREATE INDEX ON tb_comment (created_at DESC);
