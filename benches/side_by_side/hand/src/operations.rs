//! The name of an operation → its statement, whose only cell is JSON, and the text around that cell.

/// An operation of the comparison.
pub struct Operation {
    name: &'static str,
    /// Where its answer comes from.
    pub body: Body,
}

/// Where an answer comes from.
pub enum Body {
    /// From no database.
    Constant(&'static [u8]),
    /// From a statement without values.
    All(Statement),
    /// From a statement whose only value is a user's id.
    ByKey(Statement),
}

/// A statement, and what stands in the response before and after its cell.
pub struct Statement {
    pub sql: &'static str,
    pub before: &'static [u8],
    pub after: &'static [u8],
}

impl Operation {
    /// The operation of this name.
    pub fn named(name: &str) -> Option<&'static Operation> {
        OPERATIONS.iter().find(|operation| operation.name == name)
    }
}

/// A statement whose cell is the value of the only root field.
const fn field(before: &'static [u8], sql: &'static str) -> Statement {
    Statement { sql, before, after: b"}}" }
}

const OPERATIONS: [Operation; 12] = [
    Operation { name: "P0", body: Body::Constant(br#"{"data":{"__typename":"Query"}}"#) },
    Operation {
        name: "Q1",
        body: Body::All(field(
            br#"{"data":{"users":"#,
            r#"SELECT coalesce(json_agg(row_to_json(users)), '[]')
               FROM (
                 SELECT id, username, full_name AS "fullName" FROM tb_user ORDER BY pk_user LIMIT 20
               ) AS users"#,
        )),
    },
    Operation {
        name: "Q2",
        body: Body::All(field(
            br#"{"data":{"posts":"#,
            "SELECT coalesce(json_agg(row_to_json(posts)), '[]')
             FROM (SELECT id, title FROM tb_post ORDER BY pk_post LIMIT 10) AS posts",
        )),
    },
    Operation {
        name: "Q2b",
        body: Body::All(field(
            br#"{"data":{"posts":"#,
            r#"SELECT coalesce(json_agg(row_to_json(posts)), '[]')
               FROM (
                 SELECT id, title, (
                   SELECT row_to_json(author)
                   FROM (
                     SELECT username, full_name AS "fullName" FROM tb_user WHERE pk_user = fk_author
                   ) AS author
                 ) AS author
                 FROM tb_post
                 ORDER BY pk_post
                 LIMIT 10
               ) AS posts"#,
        )),
    },
    Operation {
        name: "Q3",
        body: Body::All(field(
            br#"{"data":{"comments":"#,
            "SELECT coalesce(json_agg(row_to_json(comments)), '[]')
             FROM (
               SELECT id, content, (
                 SELECT row_to_json(author)
                 FROM (SELECT username FROM tb_user WHERE pk_user = fk_author) AS author
               ) AS author, (
                 SELECT row_to_json(post)
                 FROM (SELECT title FROM tb_post WHERE pk_post = fk_post) AS post
               ) AS post
               FROM tb_comment
               ORDER BY pk_comment
               LIMIT 20
             ) AS comments",
        )),
    },
    Operation {
        name: "C3",
        body: Body::ByKey(field(
            br#"{"data":{"user":"#,
            r#"SELECT row_to_json(found)
               FROM (SELECT id, username, full_name AS "fullName" FROM tb_user WHERE id = $1) AS found"#,
        )),
    },
    Operation {
        name: "F1",
        body: Body::All(field(
            br#"{"data":{"posts":"#,
            "SELECT coalesce(json_agg(row_to_json(posts)), '[]')
             FROM (SELECT id, title FROM tb_post WHERE published ORDER BY pk_post LIMIT 10) AS posts",
        )),
    },
    Operation {
        name: "F2",
        body: Body::All(field(
            br#"{"data":{"posts":"#,
            r#"SELECT coalesce(json_agg(row_to_json(posts)), '[]')
               FROM (
                 SELECT id, title, (
                   SELECT row_to_json(author)
                   FROM (
                     SELECT username, full_name AS "fullName" FROM tb_user WHERE pk_user = fk_author
                   ) AS author
                 ) AS author
                 FROM tb_post
                 WHERE published
                 ORDER BY pk_post
                 LIMIT 10
               ) AS posts"#,
        )),
    },
    Operation {
        name: "T3",
        body: Body::All(field(
            br#"{"data":{"users":"#,
            "SELECT coalesce(json_agg(row_to_json(users)), '[]')
             FROM (
               SELECT id, username, (
                 SELECT coalesce(json_agg(row_to_json(posts)), '[]')
                 FROM (
                   SELECT id, title, (
                     SELECT coalesce(json_agg(row_to_json(comments)), '[]')
                     FROM (
                       SELECT id, content FROM tb_comment WHERE fk_post = pk_post ORDER BY pk_comment LIMIT 5
                     ) AS comments
                   ) AS comments
                   FROM tb_post
                   WHERE fk_author = pk_user
                   ORDER BY pk_post
                   LIMIT 3
                 ) AS posts
               ) AS posts
               FROM tb_user
               ORDER BY pk_user
               LIMIT 5
             ) AS users",
        )),
    },
    Operation {
        name: "MR",
        body: Body::All(Statement {
            sql: "SELECT json_build_object(
                    'users', (
                      SELECT coalesce(json_agg(row_to_json(users)), '[]')
                      FROM (SELECT id, username FROM tb_user ORDER BY pk_user LIMIT 10) AS users
                    ),
                    'posts', (
                      SELECT coalesce(json_agg(row_to_json(posts)), '[]')
                      FROM (SELECT id, title FROM tb_post ORDER BY pk_post LIMIT 10) AS posts
                    ),
                    'comments', (
                      SELECT coalesce(json_agg(row_to_json(comments)), '[]')
                      FROM (SELECT id, content FROM tb_comment ORDER BY pk_comment LIMIT 10) AS comments
                    )
                  )",
            before: br#"{"data":"#,
            after: b"}",
        }),
    },
    Operation {
        name: "L1",
        body: Body::All(field(
            br#"{"data":{"posts":"#,
            r#"SELECT coalesce(json_agg(row_to_json(posts)), '[]')
               FROM (
                 SELECT id, title, content, published, created_at AS "createdAt"
                 FROM tb_post
                 ORDER BY pk_post
                 LIMIT 1000
               ) AS posts"#,
        )),
    },
    Operation {
        name: "D",
        body: Body::All(field(
            br#"{"data":{"users":"#,
            "SELECT coalesce(json_agg(row_to_json(users)), '[]')
             FROM (
               SELECT id, username, (
                 SELECT coalesce(json_agg(row_to_json(posts)), '[]')
                 FROM (
                   SELECT id, title, (
                     SELECT coalesce(json_agg(row_to_json(comments)), '[]')
                     FROM (
                       SELECT id, content, (
                         SELECT row_to_json(author)
                         FROM (
                           SELECT writer.id, writer.username
                           FROM tb_user AS writer
                           WHERE writer.pk_user = tb_comment.fk_author
                         ) AS author
                       ) AS author
                       FROM tb_comment
                       WHERE fk_post = pk_post
                       ORDER BY pk_comment
                       LIMIT 5
                     ) AS comments
                   ) AS comments
                   FROM tb_post
                   WHERE fk_author = pk_user
                   ORDER BY pk_post
                   LIMIT 10
                 ) AS posts
               ) AS posts
               FROM tb_user
               ORDER BY pk_user
               LIMIT 50
             ) AS users",
        )),
    },
];
