//! Composite keys of awkward types, relations through join tables, and names that need quotes.

use onefold::schema::Schema;
use serde_json::json;

use super::{Fixture, block_on};

mod schema {
    use onefold::prelude::*;

    #[derive(Enum)]
    #[pg(name = "Order", schema = "Other \"one\"", graphql = "Kind")]
    pub enum Kind {
        #[value(label = "select")]
        Select,
        #[value(label = "A b")]
        Other,
    }

    /// A key of three types, a table and columns that are reserved words, in another Postgres schema.
    #[derive(Table)]
    #[table(name = "select", schema = "Other \"one\"", graphql = "Order", plural = "orders")]
    struct Order {
        #[key]
        #[column(name = "user")]
        kind: Kind,
        #[key]
        #[column(name = "Of Day")]
        day: Date,
        #[key]
        #[column(name = "number\"")]
        number: Decimal,
        #[column(name = "order")]
        text: Option<String>,
        #[column(name = "FROM")]
        next_kind: Option<Kind>,
        #[column(name = "where")]
        next_day: Option<Date>,
        #[column(name = "ünï")]
        next_number: Option<Decimal>,
        /// All three may be null, each by itself.
        #[one(next_kind, next_day, next_number)]
        next: Option<One<Order>>,
        #[many(Order::next_kind, Order::next_day, Order::next_number)]
        previous: Many<Order>,
        #[many(
            through(Link::from_kind, Link::from_day, Link::from_number),
            to(Link::to_kind, Link::to_day, Link::to_number)
        )]
        links: Many<Order>,
        #[many(
            through(Link::to_kind, Link::to_day, Link::to_number),
            to(Link::from_kind, Link::from_day, Link::from_number)
        )]
        linked_by: Many<Order>,
        #[many(through(Tagging::kind, Tagging::day, Tagging::number), to(Tagging::tag))]
        tags: Many<Tag>,
    }

    /// Many to many, of a table to itself; the key is its own, so a pair may stand in it twice.
    #[derive(Table)]
    #[table(name = "table")]
    struct Link {
        #[key]
        id: i64,
        from_kind: Kind,
        from_day: Date,
        from_number: Decimal,
        to_kind: Kind,
        #[column(name = "TO")]
        to_day: Date,
        to_number: Decimal,
        #[one(to_kind, to_day, to_number)]
        to: One<Order>,
    }

    /// A key that is the pair, in another order and with the same name as a column of its own.
    #[derive(Table)]
    #[table(name = "tagging")]
    struct Tagging {
        #[key]
        #[column(name = "tagging")]
        tag: i16,
        #[key]
        number: Decimal,
        #[key]
        day: Date,
        #[key]
        kind: Kind,
    }

    #[derive(Table)]
    #[table(name = "group", schema = "public")]
    struct Tag {
        #[key]
        #[column(name = "group")]
        id: i16,
        #[many(through(Tagging::tag), to(Tagging::kind, Tagging::day, Tagging::number))]
        orders: Many<Order>,
    }

    #[derive(Schema)]
    #[schema(tables(Order, Link, Tagging, Tag))]
    pub struct Shop;
}

/// Each order with what comes next; those that have it only in part have none.
const ROWS: &str = r#"
    INSERT INTO "Other ""one"""."select" VALUES
        ('select', '2009-01-31', 1.50, 'a', NULL, NULL, NULL),
        ('select', '2009-01-31', 2, 'b', 'select', '2009-01-31', 1.5),
        ('A b', '2009-01-31', 1.5, NULL, 'select', '2009-01-31', 2.00),
        ('A b', '0001-01-01', -3, 'd', 'select', NULL, 1.5),
        ('A b', '9999-12-31', 123456789012345678901234567890.5, 'e', 'A b', '9999-12-31', NULL),
        ('select', '2020-02-29', 0, 'f', 'A b', '2009-01-31', 1.5);
    INSERT INTO "table" VALUES
        (1, 'select', '2009-01-31', 1.5, 'A b', '2009-01-31', 1.5),
        (2, 'select', '2009-01-31', 1.5, 'A b', '2009-01-31', 1.50),
        (3, 'select', '2009-01-31', 1.5, 'select', '2009-01-31', 1.5),
        (9223372036854775807, 'A b', '0001-01-01', -3, 'select', '2009-01-31', 1.5);
    INSERT INTO "group" VALUES (-32768), (7), (8);
    INSERT INTO tagging VALUES
        (7, 1.5, '2009-01-31', 'select'), (8, 1.5, '2009-01-31', 'select'), (7, -3, '0001-01-01', 'A b');
"#;

/// The orders of a condition on `o`, as a list of what an expression makes of each.
fn orders(object: &str, condition: &str) -> String {
    format!(
        r#"(SELECT coalesce(json_agg({object} ORDER BY o."user", o."Of Day", o."number"""), '[]')
            FROM "Other ""one"""."select" o WHERE {condition})"#
    )
}

#[test]
fn composite_keys_and_quoted_names() {
    block_on(async {
        let fixture = Fixture::new(schema::Shop::SCHEMA, ROWS).await;
        let all = r#"json_build_object('kind', CASE o."user"::text WHEN 'select' THEN 'SELECT' ELSE 'OTHER' END,
            'day', o."Of Day", 'number', o."number"""::text, 'text', o."order")"#;
        fixture
            .check_sql(
                "{ orders { kind day number text } }",
                &format!("json_build_object('orders', {})", orders(all, "true")),
            )
            .await;

        // To one, and back; a key that is null in part leads nowhere.
        let next = r#"(SELECT json_build_object('text', n."order") FROM "Other ""one"""."select" n
            WHERE (n."user", n."Of Day", n."number""") = (o."FROM", o."where", o."ünï"))"#;
        let previous = r#"(SELECT coalesce(json_agg(json_build_object('text', p."order")
            ORDER BY p."user", p."Of Day", p."number"""), '[]') FROM "Other ""one"""."select" p
            WHERE (p."FROM", p."where", p."ünï") = (o."user", o."Of Day", o."number"""))"#;
        let object =
            format!("json_build_object('text', o.\"order\", 'next', {next}, 'previous', {previous})");
        fixture
            .check_sql(
                "{ orders { text next { text } previous { text } } }",
                &format!("json_build_object('orders', {})", orders(&object, "true")),
            )
            .await;

        // Through a join table whose key is not the pair: each row once.
        let links = orders(
            r#"json_build_object('text', o."order")"#,
            r#"EXISTS (SELECT FROM "table" l
            WHERE (l.from_kind, l.from_day, l.from_number) = (p."user", p."Of Day", p."number""")
              AND (l.to_kind, l."TO", l.to_number) = (o."user", o."Of Day", o."number"""))"#,
        );
        let by = orders(
            r#"json_build_object('text', o."order")"#,
            r#"EXISTS (SELECT FROM "table" l
            WHERE (l.to_kind, l."TO", l.to_number) = (p."user", p."Of Day", p."number""")
              AND (l.from_kind, l.from_day, l.from_number) = (o."user", o."Of Day", o."number"""))"#,
        );
        fixture
            .check_sql(
                "{ orders { text links { text } linkedBy { text } } }",
                &format!(
                    r#"json_build_object('orders', (SELECT json_agg(json_build_object('text', p."order",
                       'links', {links}, 'linkedBy', {by}) ORDER BY p."user", p."Of Day", p."number""")
                       FROM "Other ""one"""."select" p))"#
                ),
            )
            .await;
        fixture
            .check(
                "{ orders(where: {links: {some: {text: {eq: \"a\"}}}}) { text }
                   none: orders(where: {links: {none: {}}}) { text }
                   every: orders(where: {linkedBy: {every: {tags: {some: {id: {eq: 8}}}}}}) { text }
                   limited: orders(limit: 1) { links(limit: 1, offset: 1) { text links { text } } } }",
                json!({}),
                json!({
                    "orders": [{"text": "a"}, {"text": "d"}],
                    "none": [{"text": "b"}, {"text": "f"}, {"text": null}, {"text": "e"}],
                    "every": [{"text": "b"}, {"text": "f"}, {"text": "d"}, {"text": null}, {"text": "e"}],
                    "limited": [{"links": [{"text": null, "links": []}]}]
                }),
            )
            .await;

        // Through one whose key is.
        fixture
            .check(
                "{ tags { id orders { text tags { id orders(orderBy: {text: DESC}) { text } } } } }",
                json!({}),
                json!({"tags": [
                    {"id": -32768, "orders": []},
                    {"id": 7, "orders": [
                        {"text": "a", "tags": [
                            {"id": 7, "orders": [{"text": "d"}, {"text": "a"}]}, {"id": 8, "orders": [{"text": "a"}]}
                        ]},
                        {"text": "d", "tags": [{"id": 7, "orders": [{"text": "d"}, {"text": "a"}]}]}
                    ]},
                    {"id": 8, "orders": [
                        {"text": "a", "tags": [
                            {"id": 7, "orders": [{"text": "d"}, {"text": "a"}]}, {"id": 8, "orders": [{"text": "a"}]}
                        ]}
                    ]}
                ]}),
            )
            .await;
    });
}

#[test]
fn rows_by_composite_keys() {
    block_on(async {
        let fixture = Fixture::new(schema::Shop::SCHEMA, ROWS).await;
        let data = json!({
            "a": {"text": "a"}, "b": null, "c": {"text": "e", "next": null},
            "d": {"text": "f", "next": {"text": null, "next": {"text": "b", "next": {"text": "a", "next": null}}}}
        });
        fixture
            .check(
                "query($kind: Kind!, $day: Date!, $number: Decimal!) {
                   a: order(kind: SELECT, day: \"2009-01-31\", number: 1.5) { text }
                   b: order(kind: OTHER, day: \"2009-01-31\", number: \"2\") { text }
                   c: order(kind: $kind, day: $day, number: $number) { text next { text } }
                   d: order(kind: SELECT, day: \"2020-02-29\", number: 0) {
                     text next { text next { text next { text next { text } } } }
                   }
                 }",
                json!({"kind": "OTHER", "day": "9999-12-31", "number": "123456789012345678901234567890.50"}),
                data,
            )
            .await;
        fixture
            .check(
                "{ link(id: \"9223372036854775807\") { id toNumber to { text links { text } } }
                   tagging(tag: 7, number: \"-3\", day: \"0001-01-01\", kind: OTHER) { kind tag }
                   byNext: orders(orderBy: [{next: {next: {text: DESC_NULLS_LAST}}}, {next: {day: ASC}}, {number: DESC}]) { text }
                   withNext: orders(where: {next: {}}) { text }
                   without: orders(where: {not: {next: {}}}) { text } }",
                json!({}),
                json!({
                    "link": {"id": "9223372036854775807", "toNumber": "1.5", "to": {
                        "text": "a", "links": [{"text": "a"}, {"text": null}]
                    }},
                    "tagging": {"kind": "OTHER", "tag": 7},
                    "byNext": [{"text": "f"}, {"text": null}, {"text": "b"}, {"text": "e"}, {"text": "a"}, {"text": "d"}],
                    "withNext": [{"text": "b"}, {"text": "f"}, {"text": null}],
                    "without": [{"text": "a"}, {"text": "d"}, {"text": "e"}]
                }),
            )
            .await;
    });
}
