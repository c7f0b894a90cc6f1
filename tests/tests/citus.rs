//! What Onefold gives to Citus. None is there, so these are texts to be read; those without Citus are run.

mod shop;

use onefold::catalog::{check, ddl, ddl_for_citus};
use onefold::pool::{Pool, Settings};
use onefold::schema::Schema;
use onefold_tests::database;

use shop::Shop;

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
