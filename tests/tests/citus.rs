//! What Onefold gives to Citus. None is there, so these are texts to be read; those without Citus are run.

mod answers;
mod shop;

use std::fs;
use std::path::{Path, PathBuf};

use onefold::catalog::{check, ddl, ddl_for_citus};
use onefold::config::{Config, Dialect};
use onefold::engine::{Engine, Outcome, Request};
use onefold::pool::{Pool, Settings};
use onefold::schema::Schema;
use onefold_tests::database;
use serde_json::{Value, json};
use shop::Shop;

const OPERATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/citus/operations");

fn engine(dialect: Dialect) -> Engine {
    let mut config = Config::default();
    config.database.dialect = dialect;
    Engine::new(Shop::SCHEMA, config).expect("the schema is right")
}

/// The documents in `operations`, by their names.
fn documents() -> Vec<(String, String)> {
    let folder = Path::new(OPERATIONS);
    let documents = fs::read_dir(folder).expect("there is a folder of documents");
    let mut documents: Vec<_> =
        documents.map(|entry| entry.expect("the folder can be read").path()).collect();
    documents.retain(|path| path.extension().is_some_and(|extension| extension == "graphql"));
    documents.sort();
    assert!(documents.len() > 10, "there are documents");
    let document = |path: PathBuf| {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).expect("a document can be read"))
    };
    documents.into_iter().map(document).collect()
}

/// What operations become, and how Citus answers that: each document in `operations` has it beside it.
#[test]
fn operations() {
    let engine = engine(Dialect::Citus);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(OPERATIONS);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, query) in documents() {
        let text = match engine.explain(&Request { query, ..Request::default() }) {
            Ok(stages) if stages.batch.is_empty() => stages.statement,
            Ok(stages) => format!("{}\n\n-- folded\n{}", stages.statement, stages.batch),
            Err(error) => format!("refused: {error}"),
        };
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

#[test]
fn each_root_field_is_told_where_it_is_sent() {
    let query = "query One($id: BigInt!) @scatter {
          customer(customerId: $id) { name orders { lines { quantity } } }
          products { name }
          orders(where: {orderId: {eq: 8}}) { total }
          customers { name }
        }
        query Two($ids: [BigInt!]!) {
          orders(where: {customerId: {in: $ids}}) { lines { supplier { name } } }
          visits { visitId }
        }";
    let request =
        |name: &str| Request { query: query.into(), operation_name: Some(name.into()), ..Request::default() };
    let plain = engine(Dialect::Postgres);
    let names = plain.operations(query).expect("the document is right");
    assert_eq!(names, [Some("One".to_owned()), Some("Two".to_owned())]);
    assert_eq!(
        plain.routes(&request("One")).expect("everything is routed"),
        [
            "`customer`, `products`: one shard, by $id",
            "`orders`: one shard, by the slot in 8",
            "`customers`: every shard, merged"
        ]
    );
    assert_eq!(
        plain.routes(&request("Two")).expect("everything is routed"),
        [
            "`orders`: some shards, by $ids, merged",
            "  `supplier`: some shards, by column 1 of the rows",
            "`visits`: shard `archive`"
        ]
    );
    let citus = engine(Dialect::Citus);
    assert_eq!(
        citus.routes(&request("One")).expect("everything is answered"),
        ["`customer`, `products`: routed, by $id", "`orders`: pushed down", "`customers`: pushed down"]
    );
    let refused = citus.routes(&request("Two")).expect_err("suppliers are elsewhere").to_string();
    assert!(refused.starts_with("8:11: Citus cannot answer `orders`: `Line.supplier` leads to"), "{refused}");
}

/// A client is told what Citus would say, and without asking it.
#[tokio::test]
async fn what_is_refused_is_an_error_of_the_request() {
    let query = "{ order(customerId: 1, orderId: 2) { lines { supplier { name } } } }".to_owned();
    let response = engine(Dialect::Citus).execute(&Request { query, ..Request::default() }).await;
    let body = response.body.whole().await.expect("there is a body");
    let body: Value = serde_json::from_slice(&body).expect("the body is JSON");
    assert_eq!(response.outcome, Outcome::Refused);
    assert_eq!(body["errors"][0]["extensions"]["code"], "UNSUPPORTED_BY_DATABASE");
    assert_eq!(body["errors"][0]["locations"], json!([{"line": 1, "column": 3}]));
    assert!(body.get("data").is_none());
}

#[test]
fn tables_are_distributed_before_they_refer_to_one_another() {
    insta::assert_snapshot!(ddl_for_citus(Shop::SCHEMA).expect("every key has the shard key in it"));
}

#[test]
fn a_key_without_the_shard_key_cannot_be_distributed() {
    use onefold::prelude::*;

    #[derive(Table)]
    #[table(shard_by = tenant)]
    pub struct Ticket {
        #[key]
        pub ticket_id: i64,
        pub tenant: String,
    }

    #[derive(Table)]
    #[table(schema = "support", shard_by = tenant)]
    pub struct Reply {
        #[key]
        pub ticket_id: i64,
        #[key]
        #[column(name = "no")]
        pub number: i16,
        pub tenant: String,
    }

    #[derive(Schema)]
    #[schema(tables(Ticket, Reply))]
    pub struct Support;

    let error = ddl_for_citus(Support::SCHEMA).expect_err("the keys are without `tenant`");
    insta::assert_snapshot!("citus_refuses_keys", error);
    // Shards that are databases of their own need no such thing.
    insta::assert_snapshot!("shards_need_no_key", ddl(Support::SCHEMA));
}

/// What is created has all that reads need, and nothing that shards could not keep.
#[tokio::test]
async fn the_tables_of_a_shard_fit() {
    let database = database().await;
    let script = ddl(Shop::SCHEMA);
    database.execute(&script).await;
    let pool = Pool::new(&Settings::new(&database.url)).expect("the URL is right");
    let problems = check(Shop::SCHEMA, &pool).await.expect("the catalog can be read");
    assert_eq!(problems, []);

    // Without its indexes each table has those that it needs reported, by the names that `ddl` would give them.
    let indexes: Vec<&str> = script.lines().filter(|line| line.starts_with("CREATE INDEX")).collect();
    database
        .execute(
            "DO $$ DECLARE index regclass; BEGIN
               FOR index IN SELECT indexrelid FROM pg_index JOIN pg_class ON oid = indrelid
                 WHERE relnamespace = 'public'::regnamespace AND NOT indisprimary
               LOOP EXECUTE 'DROP INDEX ' || index; END LOOP;
             END $$",
        )
        .await;
    let problems = check(Shop::SCHEMA, &pool).await.expect("the catalog can be read");
    let reported: Vec<String> = problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(format!("{}\n\n{}", indexes.join("\n"), reported.join("\n")));
}
