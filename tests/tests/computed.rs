//! Computed fields beyond the query cases: the GraphQL schema, mistakes, `ddl`, `check`, shards and Citus.

use onefold::catalog::{check, ddl};
use onefold::config::{Config, Dialect};
use onefold::engine::{Engine, Request};
use onefold::pool::{Pool, Settings};
use onefold::prelude::*;
use onefold::schema::Schema;
use onefold::slots::Slot;
use onefold_tests::ask;
use onefold_tests::database;
use onefold_tests::extended::Extended;
use onefold_tests::shards::Shards;
use serde_json::json;

/// Who buys.
#[derive(Table)]
#[table(shard_by = customer_id, scatter)]
struct Customer {
    #[key]
    customer_id: i64,
    given: String,
    family: Option<String>,
    #[sql("{given} || coalesce(' ' || {family}, '')")]
    name: String,
    #[sql("{given} || $suffix", args(suffix: Option<String>))]
    with: Option<String>,
    #[sql("length({family})")]
    letters: i32,
    #[sql("(SELECT count(*) FROM customer WHERE customer.given = {given})")]
    namesakes: i64,
}

#[derive(Schema)]
#[schema(tables(Customer))]
struct Shop;

const ROWS: [(i64, &str, Option<&str>); 6] = [
    (1, "Zoë", None),
    (2, "Ada", Some("b")),
    (3, "Ada", Some("a")),
    (4, "ada", None),
    (5, "Éva", Some("x")),
    (6, "Bo", None),
];

fn engine(dialect: Dialect) -> Engine {
    let mut config = Config::default();
    config.database.dialect = dialect;
    Engine::new(Shop::SCHEMA, config).expect("the schema is right")
}

#[test]
fn clients_see_what_rows_can_be_found_by() {
    let engine = Engine::new(Extended::SCHEMA, Config::default()).expect("the schema is right");
    let block = |start: &str| {
        let found = engine.sdl().split("\n\n").find(|block| block.contains(start));
        found.unwrap_or_else(|| panic!("there is no `{start}`")).to_owned()
    };
    let track = block("\ntype Track ");
    for line in [
        "  seconds: Float!\n",
        "  length: Length!\n",
        "  priceWith(rate: Decimal!, digits: Int! = 2): Decimal!\n",
        "    before: String! = \"\\\"\"\n",
        "    \"\"\"What stands behind it; a full stop if that is null.\"\"\"\n    after: String\n  ): String!\n",
        "  hasLength(length: Length! = SHORT): Boolean!\n",
    ] {
        assert!(track.contains(line), "{line}{track}");
    }
    for (start, known) in [
        ("input TrackWhere ", "  seconds: FloatFilter\n"),
        ("input TrackOrderBy ", "  seconds: OrderDirection\n"),
    ] {
        let block = block(start);
        assert!(block.contains(known) && !block.contains("priceWith") && !block.contains("label"), "{block}");
    }
    assert!(block("type Customer ").contains("  calledBy: String!"));
    // Of hidden columns a field can be made, and nothing else is seen of them.
    let employee = block("\ntype Employee ");
    assert!(employee.contains("  fullName: String!\n"), "{employee}");
    assert!(!employee.contains("firstName") && !employee.contains("lastName"), "{employee}");
}

/// A column can be called as a keyword of Rust is.
#[test]
fn columns_are_named_as_their_fields() {
    #[derive(Table)]
    struct Item {
        #[key]
        item_id: i32,
        r#type: String,
        #[sql("upper({type})")]
        loud: String,
    }
    #[derive(Schema)]
    #[schema(tables(Item))]
    struct Items;
    insta::assert_snapshot!(Items::sql("{ items { loud } }"), @r"
    SELECT upper(item.type) AS loud
    FROM item
    ORDER BY item.item_id
    LIMIT 100
    ");
}

#[test]
fn tables_are_made_without_them() {
    let sql = ddl(Shop::SCHEMA);
    assert!(sql.contains("family text,\n    PRIMARY KEY (customer_id)"), "{sql}");
}

#[tokio::test]
async fn values_of_arguments_are_checked() {
    let engine = Engine::new(Extended::SCHEMA, Config::default()).expect("the schema is right");
    for (query, variables, message) in [
        (
            "{ tracks { priceWith } }",
            json!({}),
            "the required argument `Track.priceWith(rate:)` is not provided",
        ),
        ("{ tracks { seconds(a: 1) } }", json!({}), "the argument `a` is not supported by `Track.seconds`"),
        ("{ tracks { priceWith(rate: \"x\") } }", json!({}), "`rate`: \"x\" is no `Decimal`"),
        (
            "query ($digits: Int) { tracks { priceWith(rate: \"1\", digits: $digits) } }",
            json!({"digits": null}),
            "`digits` cannot be null; leave it out",
        ),
        (
            "query ($rate: Decimal!) { tracks { priceWith(rate: $rate) } }",
            json!({"rate": "much"}),
            "variable `$rate`: \"much\" is no `Decimal`",
        ),
        ("{ tracks { hasLength(length: HUGE) } }", json!({}), "value `HUGE` does not exist on `Length`"),
        (
            "{ tracks(where: {label: {eq: \"a\"}}) { name } }",
            json!({}),
            "field `label` does not exist on `TrackWhere`",
        ),
    ] {
        let answer = ask(&engine, query, variables).await;
        let found = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(found.contains(message), "{query}: {answer}");
    }
}

/// A default that is no value is a mistake of the schema.
#[test]
fn defaults_are_values() {
    #[derive(Table)]
    struct Item {
        #[key]
        item_id: i32,
        #[sql("{item_id} + $by", args(by: i32 = "much"))]
        more: i32,
        #[sql("like_it({item_id}, $most)", args(most: i32 = 1.5))]
        alike: Many<Item>,
    }
    #[derive(Schema)]
    #[schema(tables(Item))]
    struct Items {
        #[sql("since($day)", args(day: Date = "soon"))]
        since: Many<Item>,
    }
    let errors = Engine::new(Items::SCHEMA, Config::default()).expect_err("a text, a fraction and no day");
    assert_eq!(
        errors.to_string().lines().map(|line| line.split(": ").next().unwrap_or(line)).collect::<Vec<_>>(),
        [
            "the default of `by` of `Item.more`",
            "the default of `most` of `Item.alike`",
            "the default of `day` of `Query.since`",
        ]
    );
}

/// Rows of several shards are merged by what is computed, and each shard reads its own rows for a subquery.
#[tokio::test]
async fn shards_are_merged_by_what_is_computed() {
    let shards = Shards::new(2, &ddl(Shop::SCHEMA)).await;
    for (id, given, family) in ROWS {
        let family = family.map_or("NULL".to_owned(), |family| format!("'{family}'"));
        let owner = shards.position(Slot::of_int(id));
        shards.databases[owner]
            .execute(&format!("INSERT INTO customer VALUES ({id}, '{given}', {family})"))
            .await;
    }
    let engine = Engine::new(Shop::SCHEMA, shards.config()).expect("the settings are right");
    let answer = ask(
        &engine,
        "query ($suffix: String) { customers(orderBy: {name: DESC}, limit: 4, offset: 1) { name with(suffix: $suffix) a: with(suffix: \"!\") } }",
        json!({"suffix": "?"}),
    )
    .await;
    let expected = json!({"data": {"customers": [
        {"name": "ada", "with": "ada?", "a": "ada!"},
        {"name": "Zoë", "with": "Zoë?", "a": "Zoë!"},
        {"name": "Bo", "with": "Bo?", "a": "Bo!"},
        {"name": "Ada b", "with": "Ada?", "a": "Ada!"},
    ]}});
    assert_eq!(answer, expected);
    // A null where the schema has none is an error of its field, as it is for columns.
    let answer = ask(&engine, "{ customer(customerId: 1) { name letters } }", json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNEXPECTED_NULL", "{answer}");
}

/// Citus would have to find the rows of a subquery on the node of the row.
#[test]
fn citus_is_not_given_subqueries() {
    let explain = |query: &str| {
        let request = Request { query: query.into(), ..Request::default() };
        engine(Dialect::Citus).explain(&request)
    };
    for query in [
        "{ customer(customerId: 1) { namesakes } }",
        "{ customers(where: {namesakes: {gt: 1}}) { name } }",
        "{ customers(orderBy: {namesakes: ASC}) { name } }",
    ] {
        let refused = explain(query).expect_err("there is a subquery").to_string();
        assert!(refused.contains("`Customer.namesakes` is computed by a subquery"), "{refused}");
    }
    let statement = explain("{ customers(orderBy: {name: ASC}, limit: 3) { name with(suffix: \"a\") } }");
    let statement = statement.expect("Citus computes it on each node").statement;
    assert!(
        statement.contains("ORDER BY (customer_2.given || coalesce(' ' || customer_2.family, ''))"),
        "{statement}"
    );
}

/// What a database may say of expressions.
mod wrong {
    use onefold::prelude::*;

    #[derive(Enum)]
    pub enum Mood {
        Good,
        Bad,
    }

    #[derive(Table)]
    pub struct Person {
        #[key]
        pub person_id: i32,
        pub name: String,
        #[sql("{person_id}::int8 * 2")]
        pub twice: i32,
        #[sql("upper({name}, 3)")]
        pub upper: String,
        #[sql("name || '!'")]
        pub bare: String,
        #[sql("count({name})")]
        pub aggregate: i64,
        #[sql("{name}")]
        pub mood: Mood,
        #[sql("(CASE WHEN {person_id} > $than THEN 'good' END)::mood", args(than: i32))]
        pub good: Option<Mood>,
        #[sql("lower({name})::varchar(20)")]
        pub lower: String,
        #[sql("$mood = 'good'::mood AND {name} <> $name", args(mood: Mood, name: String))]
        pub right: bool,
    }

    #[derive(Schema)]
    #[schema(tables(Person))]
    pub struct People;
}

#[tokio::test]
async fn check_says_what_postgres_says() {
    let database = database().await;
    database.execute(&ddl(wrong::People::SCHEMA)).await;
    let pool =
        Pool::new(&Settings { url: database.url.clone(), ..Settings::default() }).expect("the URL is right");
    let problems = check(wrong::People::SCHEMA, &pool).await.expect("the database answers");
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(problems.join("\n"));
    database.execute("DROP TABLE person; CREATE TABLE person (person_id int4 PRIMARY KEY)").await;
    let problems = check(wrong::People::SCHEMA, &pool).await.expect("the database answers");
    assert_eq!(problems.len(), 1, "a column that is missing is told once: {problems:?}");
}
