//! What Onefold gives to Citus. None is there, so these are texts to be read; those without Citus are run.

mod shop;

use std::fs;
use std::path::Path;

use onefold::catalog::{check, ddl, ddl_for_citus};
use onefold::config::{Config, Dialect};
use onefold::engine::{Engine, Request};
use onefold::pool::{Pool, Settings};
use onefold::schema::Schema;
use onefold_tests::database;

use shop::Shop;

fn engine() -> Engine {
    let mut config = Config::default();
    config.database.dialect = Dialect::Citus;
    Engine::new(Shop::SCHEMA, config).expect("the schema is right")
}

/// What operations become, and how Citus answers that: each document in `operations` has it beside it.
#[test]
fn operations() {
    let engine = engine();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/citus/operations");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let documents = fs::read_dir(&folder).expect("there is a folder of documents");
    let mut documents: Vec<_> =
        documents.map(|entry| entry.expect("the folder can be read").path()).collect();
    documents.retain(|path| path.extension().is_some_and(|extension| extension == "graphql"));
    documents.sort();
    assert!(documents.len() > 10, "there are documents");
    for path in documents {
        let query = fs::read_to_string(&path).expect("a document can be read");
        let text = match engine.explain(&Request { query, ..Request::default() }) {
            Ok(stages) if stages.batch.is_empty() => stages.statement,
            Ok(stages) => format!("{}\n\n-- folded\n{}", stages.statement, stages.batch),
            Err(error) => format!("refused: {error}"),
        };
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
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
