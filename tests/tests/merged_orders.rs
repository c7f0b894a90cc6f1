//! Rows that several shards have, in orders that end in what is computed of them: how well words fit, and how far vectors are from
//! one another. The second is skipped where Postgres does not have the extension pgvector.

use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::Engine;
use onefold::prelude::*;
use onefold::schema::{Schema, SchemaDef};
use onefold::slots::Slot;
use onefold_tests::ask;
use onefold_tests::shards::Shards;
use onefold_tests::{database, has_pgvector};
use serde_json::json;

/// What somebody has written.
#[derive(Table)]
#[table(shard_by = author_id, scatter)]
struct Article {
    #[key]
    author_id: i64,
    #[key]
    number: i32,
    body: String,
    #[column(search = "english")]
    words: TsVector,
}

#[derive(Schema)]
#[schema(tables(Article))]
struct Articles;

/// A house that every shard knows.
#[derive(Table)]
#[table(reference)]
struct House {
    #[key]
    house_id: i32,
    style: Vector<2>,
    #[many(through(Viewing::house_id), to(Viewing::next_id))]
    #[relation(cross_shard)]
    viewed_next: Many<House>,
}

/// Who has looked at a house after another one.
#[derive(Table)]
#[table(shard_by = visitor_id, scatter)]
struct Viewing {
    #[key]
    visitor_id: i64,
    #[key]
    house_id: i32,
    #[key]
    next_id: i32,
    wish: Vector<2>,
}

#[derive(Schema)]
#[schema(tables(House, Viewing))]
struct Houses;

/// So many shards with what `rows` says of each: rows for all of them, or those of a key.
async fn engine(
    count: usize,
    schema: &'static SchemaDef,
    rows: &[(Option<i64>, String)],
) -> (Engine, Shards) {
    let shards = Shards::new(count, &ddl(schema)).await;
    for (key, script) in rows {
        let owner = key.map(|key| shards.position(Slot::of_int(key)));
        for (position, database) in shards.databases.iter().enumerate() {
            if owner.is_none_or(|owner| owner == position) {
                database.execute(script).await;
            }
        }
    }
    let config: Config = shards.config();
    (Engine::new(schema, config).expect("the settings are right"), shards)
}

#[tokio::test]
async fn by_how_well_words_fit() {
    let texts = ["a garden", "the garden of the garden", "no such word", "garden garden garden", "gardens"];
    let mut rows = Vec::new();
    for author in 1..=6 {
        for (number, text) in texts.iter().cycle().skip(usize::try_from(author).unwrap()).take(3).enumerate()
        {
            rows.push((
                Some(author),
                format!(
                    "INSERT INTO article VALUES ({author}, {number}, '{text}', to_tsvector('english', '{text}'))"
                ),
            ));
        }
    }
    let query = r#"{
        best: articles(orderBy: {words: {search: "garden"}}, limit: 7, offset: 2) { authorId number body }
        worst: articles(orderBy: [{words: {search: "garden", direction: ASC}}, {number: DESC}], limit: 4) { authorId number body }
        connection: articlesConnection(orderBy: {words: {search: "garden"}}, first: 5) { nodes { authorId number } pageInfo { hasNextPage } }
    }"#;
    let (single, _one) = engine(1, Articles::SCHEMA, &rows).await;
    let expected = ask(&single, query, json!({})).await;
    assert_eq!(expected["data"]["best"].as_array().map(Vec::len), Some(7), "{expected}");
    for count in [2, 3] {
        let (engine, _shards) = engine(count, Articles::SCHEMA, &rows).await;
        assert_eq!(ask(&engine, query, json!({})).await, expected, "{count} shards");
    }
}

#[tokio::test]
async fn by_how_far_vectors_are() {
    if !has_pgvector(&database().await).await {
        eprintln!("skipped: this Postgres does not have the extension pgvector");
        return;
    }
    // Houses 2 and 4 are as far from everything, and 3 is known by several shards.
    let mut rows = vec![(
        None,
        "INSERT INTO house VALUES (1, '[0,0]'), (2, '[1,1]'), (3, '[2,0]'), (4, '[1,1]'), (5, '[9,9]')"
            .into(),
    )];
    for visitor in 1..=8 {
        let next = visitor % 4 + 2;
        rows.push((
            Some(visitor),
            format!("INSERT INTO viewing VALUES ({visitor}, 1, {next}, '[{visitor},0]'), ({visitor}, 2, 3, '[0,{visitor}.5]')"),
        ));
    }
    let query = "{
        houses(where: {houseId: {lt: 3}}) {
            nearest: viewedNext(orderBy: {style: {nearestTo: [0, 0]}}) { houseId }
            some: viewedNext(orderBy: {style: {nearestTo: [0, 0]}}, limit: 2, offset: 1) { houseId }
        }
        viewings(orderBy: {wish: {nearestTo: [3.25, 0]}}, limit: 6) { visitorId houseId }
    }";
    let (single, _one) = engine(1, Houses::SCHEMA, &rows).await;
    let expected = ask(&single, query, json!({})).await;
    let first = &expected["data"]["houses"][0];
    // Which of two houses at one distance comes first is told by nothing but the key.
    assert_eq!(
        first["nearest"],
        json!([{"houseId": 2}, {"houseId": 4}, {"houseId": 3}, {"houseId": 5}]),
        "{expected}"
    );
    for count in [2, 3] {
        let (engine, _shards) = engine(count, Houses::SCHEMA, &rows).await;
        assert_eq!(ask(&engine, query, json!({})).await, expected, "{count} shards");
    }
}
