//! Columns that GraphQL has no field for: they join tables, and nobody can read them or ask by them.

use insta::assert_snapshot;
use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold::prelude::*;
use onefold::schema::Schema;
use onefold_tests::database;
use serde_json::Value;

/// Who works here.
#[derive(Table)]
struct Person {
    #[key]
    #[column(hidden)]
    person_id: i32,
    name: String,
    #[column(hidden)]
    salary: Option<Decimal>,
    #[column(hidden)]
    team_id: Option<i32>,
    #[one(team_id)]
    team: Option<One<Team>>,
}

/// Who works together.
#[derive(Table)]
struct Team {
    #[key]
    team_id: i32,
    /// Not the column of that name.
    #[column(name = "title")]
    salary: String,
    #[column(hidden, name = "salary")]
    salaries: i64,
    #[many(Person::team_id)]
    people: Many<Person>,
}

#[derive(Schema)]
#[schema(tables(Person, Team))]
struct Office;

#[test]
fn they_have_no_place_in_the_schema() {
    let engine = Engine::new(Office::SCHEMA, Config::default()).expect("the schema is right");
    let objects = |kind: &str| {
        let blocks = engine.sdl().split("\n\n").filter(|block| block.contains(kind));
        blocks.collect::<Vec<_>>().join("\n\n")
    };
    for kind in ["type Person {", "input PersonWhere {", "input PersonOrderBy ", "type Team "] {
        let block = objects(kind);
        assert!(!block.contains("personId") && !block.contains("salaries"), "{block}");
        assert!(block.contains("salary") == kind.contains("Team"), "{block}");
    }
    assert!(!engine.sdl().contains("person(") && engine.sdl().contains("team("), "{}", engine.sdl());
    assert!(!engine.sdl().contains("scalar Decimal"), "{}", engine.sdl());
}

#[tokio::test]
async fn they_join_tables() {
    let database = database().await;
    database.execute(&ddl(Office::SCHEMA)).await;
    database
        .execute(
            "INSERT INTO team VALUES (1, 'sales', 0); \
             INSERT INTO person VALUES (1, 'Ada', 10, 1), (2, 'Bob', 20, NULL), (3, 'Cid', NULL, 1)",
        )
        .await;
    let mut config = Config::default();
    config.database.url = Some(database.url.clone());
    let engine = Engine::new(Office::SCHEMA, config).expect("the schema is right");
    let ask = async |query: &str| {
        let request = Request { query: query.into(), ..Request::default() };
        let body = engine.execute(&request).await.body.whole().await.expect("the body comes to its end");
        String::from_utf8(body.to_vec()).expect("a response is UTF-8")
    };
    assert_snapshot!(
        ask("{ people(orderBy: {team: {teamId: ASC}}) { name team { salary people { name } } } }").await,
        @r#"{"data":{"people":[{"name":"Ada","team":{"salary":"sales","people":[{"name":"Ada"},{"name":"Cid"}]}},{"name":"Cid","team":{"salary":"sales","people":[{"name":"Ada"},{"name":"Cid"}]}},{"name":"Bob","team":null}]}}"#
    );
    for query in [
        "{ people { salary } }",
        "{ people(where: {salary: {gt: 1}}) { name } }",
        "{ people(orderBy: {personId: ASC}) { name } }",
        "{ person(personId: 1) { name } }",
        // The key would be in the cursor, and in the id.
        "{ peopleConnection { edges { cursor } } }",
        "{ teams { peopleConnection { edges { cursor } } } }",
        "{ people { nodeId } }",
    ] {
        let answer: Value = serde_json::from_str(&ask(query).await).expect("a response is JSON");
        let code = &answer["errors"][0]["extensions"]["code"];
        assert_eq!(code, "GRAPHQL_VALIDATION_FAILED", "{query}: {answer}");
    }
    let teams = ask("{ teamsConnection { nodes { salary } } }").await;
    assert_eq!(teams, r#"{"data":{"teamsConnection":{"nodes":[{"salary":"sales"}]}}}"#);
}
