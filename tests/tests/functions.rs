//! Functions that return rows, beyond the query cases: the GraphQL schema, mistakes, `ddl`, `check`, shards and Citus.

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
    name: String,
    /// What goes with the customer's name.
    #[sql("offers({name}, $most)", args(most: i32 = 2))]
    offers: Many<Offer>,
    #[sql("cheap($below)", args(below: Decimal))]
    cheap: Many<Product>,
}

/// What is sold.
#[derive(Table)]
#[table(reference)]
struct Product {
    #[key]
    product_id: i32,
    title: String,
    price: Decimal,
}

/// A product for a customer.
#[derive(Table)]
#[table(function)]
struct Offer {
    #[key]
    place: i32,
    product_id: i32,
    #[one(product_id)]
    product: One<Product>,
}

#[derive(Schema)]
#[schema(tables(Customer, Product, Offer))]
struct Shop {
    #[sql("cheap($below)", args(below: Decimal))]
    cheap: Many<Product>,
}

const FUNCTIONS: &str = "
CREATE FUNCTION cheap(below numeric) RETURNS SETOF product LANGUAGE sql STABLE AS $$
  SELECT * FROM product WHERE price < below
$$;
CREATE FUNCTION offers(name text, most integer) RETURNS TABLE (place integer, product_id integer) LANGUAGE sql STABLE AS $$
  SELECT row_number() OVER (ORDER BY product_id DESC)::integer, product_id
  FROM product WHERE title LIKE left(name, 1) || '%' ORDER BY 1 LIMIT most
$$;
INSERT INTO product VALUES (1, 'Apple', 1.5), (2, 'Bread', 3), (3, 'Avocado', 2), (4, 'Butter', 2.5);
";

#[test]
fn they_have_the_arguments_of_lists_besides_their_own() {
    let engine = Engine::new(Extended::SCHEMA, Config::default()).expect("the schema is right");
    let block = |start: &str| {
        let found = engine.sdl().split("\n\n").find(|block| block.contains(start));
        found.unwrap_or_else(|| panic!("there is no `{start}`")).to_owned()
    };
    let query = block("type Query {");
    insta::assert_snapshot!(&query[query.find("  \"\"\"Tracks that have").expect("it is described")..]);
    // Rows of no table have no global id, and nothing finds one of them by its key.
    insta::assert_snapshot!(block("type YearlySales "));
    assert!(block("type Customer ").contains("  years(\n    since: Int\n"), "{}", block("type Customer "));
    // Conditions and orders are by what a row has, and not by what is called for it.
    assert!(
        !block("input CustomerWhere ").contains("years")
            && !block("input CustomerOrderBy ").contains("years")
    );
    assert!(block("input YearlySalesWhere ").contains("  average: DecimalFilter\n  largest: InvoiceWhere\n"));
}

#[test]
fn nothing_is_created_for_rows_of_functions() {
    let sql = ddl(Shop::SCHEMA);
    assert!(sql.contains("CREATE TABLE customer") && !sql.contains("offer"), "{sql}");
}

#[tokio::test]
async fn values_of_arguments_are_checked() {
    let engine = Engine::new(Extended::SCHEMA, Config::default()).expect("the schema is right");
    for (query, message) in [
        ("{ searchTracks { name } }", "the required argument `Query.searchTracks(text:)` is not provided"),
        ("{ searchTracks(text: null) { name } }", "(text:)` is not provided"),
        ("{ searchTracks(text: \"a\", length: 3) { name } }", "expected value of type Length"),
        ("{ yearlySales(since: null) { year } }", "expected value of type Int!"),
        ("{ yearlySales(limit: 100000) { year } }", "`limit`"),
        ("{ track(trackId: 1) { similarTracks(most: \"a\") { name } } }", "expected value of type Int"),
    ] {
        let answer = ask(&engine, query, json!({})).await;
        let found = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(found.contains(message), "{query}: {answer}");
    }
}

/// Called at the root they find what every shard has; for a row they are called on the shard of the row.
#[tokio::test]
async fn they_are_called_on_one_shard() {
    let shards = Shards::new(2, &format!("{}{FUNCTIONS}", ddl(Shop::SCHEMA))).await;
    for (id, name) in [(1, "Ada"), (2, "Bob"), (3, "Cid"), (4, "Ann")] {
        let database = &shards.databases[shards.position(Slot::of_int(id))];
        database.execute(&format!("INSERT INTO customer VALUES ({id}, '{name}')")).await;
    }
    let engine = Engine::new(Shop::SCHEMA, shards.config()).expect("the settings are right");
    let answer = ask(
        &engine,
        "query ($below: Decimal!) {
           cheap(below: $below, orderBy: {price: DESC}) { title }
           customers { name offers(most: 1) { place product { title } } }
           customer(customerId: 4) { offersConnection { totalCount nodes { productId } } cheap(below: 2) { title } }
         }",
        json!({"below": "2.5"}),
    )
    .await;
    let offer = |title: &str| json!([{"place": 1, "product": {"title": title}}]);
    assert_eq!(
        answer,
        json!({"data": {
            "cheap": [{"title": "Avocado"}, {"title": "Apple"}],
            "customers": [
                {"name": "Ada", "offers": offer("Avocado")},
                {"name": "Bob", "offers": offer("Butter")},
                {"name": "Cid", "offers": []},
                {"name": "Ann", "offers": offer("Avocado")},
            ],
            "customer": {
                "offersConnection": {"totalCount": 2, "nodes": [{"productId": 3}, {"productId": 1}]},
                "cheap": [{"title": "Apple"}],
            },
        }})
    );
}

/// Citus would have to find what a function reads.
#[test]
fn citus_is_not_given_functions() {
    let mut config = Config::default();
    config.database.dialect = Dialect::Citus;
    let engine = Engine::new(Shop::SCHEMA, config).expect("the schema is right");
    for query in [
        "{ cheap(below: 1) { title } }",
        "{ customer(customerId: 1) { offers { place } } }",
        "{ customers { offersConnection { totalCount } } }",
    ] {
        let request = Request { query: query.into(), ..Request::default() };
        let refused = engine.explain(&request).expect_err("there is a function").to_string();
        assert!(refused.contains(" calls a function, "), "{refused}");
    }
}

/// What a database may say of calls.
mod wrong {
    use onefold::prelude::*;

    #[derive(Enum)]
    pub enum Mood {
        Good,
    }

    #[derive(Table)]
    pub struct Person {
        #[key]
        pub person_id: i32,
        pub name: String,
        pub mood: Option<Mood>,
        #[sql("friends({person_id}, $most)", args(most: i32))]
        pub friends: Many<Person>,
        #[sql("friends({name})")]
        pub strangers: Many<Person>,
    }

    #[derive(Table)]
    #[table(function)]
    pub struct Count {
        #[key]
        pub name: String,
        pub people: i32,
    }

    #[derive(Schema)]
    #[schema(tables(Person, Count))]
    pub struct People {
        #[sql("counts($mood)", args(mood: Option<Mood>))]
        pub counts: Many<Count>,
        #[sql("no_names()")]
        pub no_names: Many<Count>,
        #[sql("lower($name)", args(name: String))]
        pub scalar: Many<Count>,
    }
}

#[tokio::test]
async fn check_says_what_postgres_says() {
    let database = database().await;
    database.execute(&ddl(wrong::People::SCHEMA)).await;
    database
        .execute(
            "CREATE FUNCTION friends(person integer, most integer) RETURNS SETOF person LANGUAGE sql AS $$
               SELECT * FROM person
             $$;
             CREATE FUNCTION counts(wanted mood) RETURNS TABLE (name text, people bigint) LANGUAGE sql AS $$
               SELECT name, count(*) FROM person GROUP BY 1
             $$;
             CREATE FUNCTION no_names() RETURNS TABLE (people integer) LANGUAGE sql AS $$ SELECT 1 $$",
        )
        .await;
    let pool =
        Pool::new(&Settings { url: database.url.clone(), ..Settings::default() }).expect("the URL is right");
    let problems = check(wrong::People::SCHEMA, &pool).await.expect("the database answers");
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(problems.join("\n"));
}
