//! Recursive relations over rows that no tree has: circles, rows that refer to themselves, and columns with the names that a
//! recursion uses.

use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::Engine;
use onefold::prelude::*;
use onefold::schema::Schema;
use onefold_tests::ask;
use onefold_tests::database;
use serde_json::{Value, json};

/// What products are sorted into, by each tenant as it likes.
#[derive(Table)]
#[table(shard_by = tenant_id)]
struct Category {
    #[key]
    tenant_id: i64,
    #[key]
    category_id: i32,
    parent_id: Option<i32>,
    name: String,
    #[many(ancestors(tenant_id, parent_id))]
    ancestors: Many<Category>,
    #[many(descendants(tenant_id, parent_id))]
    descendants: Many<Category>,
}

/// A page of a book, whose columns are called as those of a recursion are.
#[derive(Table)]
struct Page {
    #[key]
    path: String,
    is_cycle: Option<String>,
    depth: i32,
    #[many(ancestors(is_cycle))]
    page: Many<Page>,
}

#[derive(Schema)]
#[schema(tables(Category, Page))]
struct Shelf;

const ROWS: &str = "
    INSERT INTO category VALUES
        (1, 1, NULL, 'all'), (1, 2, 1, 'books'), (1, 3, 2, 'novels'), (1, 4, 2, 'poems'), (1, 5, 3, 'crime'),
        (2, 1, 3, 'a'), (2, 2, 1, 'b'), (2, 3, 2, 'c'), (2, 4, 3, 'd'), (2, 5, 5, 'e'), (2, 6, 5, 'f');
    INSERT INTO page VALUES ('a', 'b', 10), ('b', 'c', 20), ('c', NULL, 30);";

async fn engine(url: &str) -> Engine {
    let mut config = Config::default();
    config.database.url = Some(url.to_owned());
    config.limits.max_recursion = 3;
    Engine::new(Shelf::SCHEMA, config).expect("the schema is right")
}

#[tokio::test]
async fn circles_end() {
    let database = database().await;
    database.execute(&ddl(Shelf::SCHEMA)).await;
    database.execute(ROWS).await;
    let engine = engine(&database.url).await;
    let of = async |tenant: u32, category: u32, list: &str| {
        let query = format!(
            "{{ category(tenantId: {tenant}, categoryId: {category}) {{ {list} {{ name depth }} }} }}"
        );
        let answer = ask(&engine, &query, json!({})).await;
        let list = list.split('(').next().unwrap();
        let rows = answer["data"]["category"][list].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        let text = |row: &Value| format!("{} {}", row["name"].as_str().unwrap(), row["depth"]);
        rows.iter().map(text).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(of(1, 5, "ancestors").await, "novels 1, books 2, all 3");
    assert_eq!(of(1, 1, "descendants").await, "books 1, novels 2, poems 2, crime 3");
    assert_eq!(
        of(1, 1, "descendants(maxDepth: 2, orderBy: {name: DESC})").await,
        "poems 2, novels 2, books 1"
    );
    // The three of a circle, of which none is its own ancestor; and one beside it.
    assert_eq!(of(2, 1, "ancestors").await, "c 1, b 2");
    assert_eq!(of(2, 1, "descendants").await, "b 1, c 2, d 3");
    assert_eq!(of(2, 4, "ancestors").await, "c 1, b 2, a 3");
    // A row that refers to itself.
    assert_eq!(of(2, 5, "ancestors").await, "");
    assert_eq!(of(2, 5, "descendants").await, "f 1");
    assert_eq!(of(2, 6, "ancestors").await, "e 1");
}

#[tokio::test]
async fn names_of_columns_are_left_to_them() {
    let database = database().await;
    database.execute(&ddl(Shelf::SCHEMA)).await;
    database.execute(ROWS).await;
    let engine = engine(&database.url).await;
    // The field is the column, and an alias is that of the table.
    let answer = ask(&engine, "{ pages { path page: page { path depth } } }", json!({})).await;
    let pages = json!([
        {"path": "a", "page": [{"path": "b", "depth": 20}, {"path": "c", "depth": 30}]},
        {"path": "b", "page": [{"path": "c", "depth": 30}]},
        {"path": "c", "page": []},
    ]);
    assert_eq!(answer, json!({"data": {"pages": pages}}));
}
