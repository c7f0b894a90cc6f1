//! The rows that the demo makes up are as many, as consistent and as repeatable as they are said to be.

use music::{Music, demo};
use onefold::schema::{RelationKind, Schema, SchemaDef, TableDef};
use onefold_tests::{TestDatabase, database};

#[tokio::test]
async fn the_store_is_consistent() {
    let store = store().await;
    let client = store.connect().await;

    // The keys are not checked while the tables are filled.
    for table in Music::SCHEMA.tables {
        for relation in table.relations {
            let RelationKind::One { from, to, .. } = relation.kind else { continue };
            let target = find(Music::SCHEMA, relation.target);
            let column = |table: &TableDef, index: usize| table.columns[index].column;
            let (from, to) = (column(table, from[0]), column(target, to[0]));
            let orphans: i64 = client
                .query_one(
                    &format!(
                        "SELECT count(*) FROM {} AS child LEFT JOIN {} AS parent ON parent.{to} = child.{from} \
                         WHERE child.{from} IS NOT NULL AND parent.{to} IS NULL",
                        table.table, target.table
                    ),
                    &[],
                )
                .await
                .unwrap()
                .get(0);
            assert_eq!(orphans, 0, "{}.{}", table.table, relation.name);
        }
    }

    let wrong_totals = client
        .query(
            "SELECT invoice_id FROM invoice JOIN invoice_line USING (invoice_id) \
             GROUP BY invoice_id HAVING total <> sum(unit_price * quantity)",
            &[],
        )
        .await
        .unwrap();
    assert!(wrong_totals.is_empty(), "{} totals", wrong_totals.len());
}

#[tokio::test]
async fn every_run_makes_the_same_store() {
    let (one, other) = (store().await, store().await);
    let mut sums = Vec::new();
    for store in [&one, &other] {
        let client = store.connect().await;
        for table in Music::SCHEMA.tables {
            let statement = format!(
                "SELECT count(*), md5(string_agg(row::text, '' ORDER BY row::text)) FROM {} AS row",
                table.table
            );
            let row = client.query_one(&statement, &[]).await.unwrap();
            sums.push((table.table, row.get::<_, i64>(0), row.get::<_, String>(1)));
        }
    }
    let (first, second) = sums.split_at(sums.len() / 2);
    assert_eq!(first, second);

    let counts = first.iter().map(|(table, count, _)| format!("{table} {count}")).collect::<Vec<_>>();
    insta::assert_snapshot!(counts.join("\n"), @"
    artist 1000
    album 2954
    track 28779
    genre 18
    media_type 5
    playlist 20
    playlist_track 13816
    employee 20
    customer 2000
    invoice 10000
    invoice_line 39922
    ");
}

async fn store() -> TestDatabase {
    let store = database().await;
    demo::create(&store.url).await.unwrap();
    store
}

fn find(schema: &'static SchemaDef, name: &str) -> &'static TableDef {
    schema.tables.iter().find(|table| table.name == name).expect("relations lead to tables of the schema")
}
