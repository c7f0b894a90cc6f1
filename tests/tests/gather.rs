//! Rows from Postgres in an order of its own, against the order in which rows of several shards are merged.

use onefold::catalog::ddl;
use onefold::gather::order::{Comparison, Order, Term};
use onefold::gather::records;
use onefold::operation::Direction;
use onefold::schema::{ColumnDef, ScalarType};
use onefold_tests::database;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config as Cases, RngAlgorithm, TestRng, TestRunner};
use tokio_postgres::Client;
use tokio_postgres::types::{FromSql, Type};

use super::values::random;
use super::values::schema::{LENGTHS, SCHEMA, columns, postgres_type};

const DIRECTIONS: [(Direction, &str); 6] = [
    (Direction::Asc, "ASC"),
    (Direction::Desc, "DESC"),
    (Direction::AscNullsFirst, "ASC NULLS FIRST"),
    (Direction::AscNullsLast, "ASC NULLS LAST"),
    (Direction::DescNullsFirst, "DESC NULLS FIRST"),
    (Direction::DescNullsLast, "DESC NULLS LAST"),
];

/// The bytes of a cell.
struct Raw(Vec<u8>);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, bytes: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(bytes.to_vec()))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A column of an order, and which of the directions.
type Way = (&'static ColumnDef, usize);

#[test]
fn keys_are_in_the_order_of_postgres() {
    let ordered: Vec<_> = columns().filter(|column| Comparison::of(column.scalar).is_some()).collect();
    let rows = vec(vec((any::<Index>(), any::<Index>()), 6), 40).prop_flat_map(|replaced| {
        (random::rows(), Just(replaced)).prop_map(|(rows, replaced)| with_extremes(rows, &replaced))
    });
    let ways = vec(vec((select(ordered), 0..DIRECTIONS.len()), 1..4), 12);

    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let (database, client) = runtime.block_on(async {
        let database = database().await;
        database.execute(&ddl(SCHEMA)).await;
        database.execute(LENGTHS).await;
        database.execute("INSERT INTO sheet VALUES (0)").await;
        let client = database.connect().await;
        (database, client)
    });
    let config = Cases { cases: 40, failure_persistence: None, max_shrink_iters: 200, ..Cases::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&(rows, ways), |(rows, ways)| {
        runtime.block_on(async {
            fill(&client, &rows).await;
            for way in &ways {
                check(&client, way).await;
            }
        });
        Ok(())
    });
    // The database is dropped while the runtime is there.
    let _guard = runtime.enter();
    drop(database);
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// Rows in which some values are replaced: by ones that are no JSON, or by those of the first row, so that there are
/// ties.
pub(super) fn with_extremes(
    mut rows: Vec<Vec<String>>,
    replaced: &[Vec<(Index, Index)>],
) -> Vec<Vec<String>> {
    let columns: Vec<_> = columns().collect();
    let first = rows[0].clone();
    for (row, replaced) in rows.iter_mut().zip(replaced) {
        for (column, value) in replaced {
            let column = column.index(columns.len());
            let named: &[&str] = match columns[column].scalar {
                ScalarType::Float4 | ScalarType::Float8 | ScalarType::Numeric => {
                    &["NaN", "Infinity", "-Infinity", "0", "-0", "1.0", "1.00"]
                }
                ScalarType::Date | ScalarType::Timestamp | ScalarType::Timestamptz => {
                    &["infinity", "-infinity"]
                }
                ScalarType::Text => &["", "a", "A", "a\u{1}", "a ", "ä", "\u{10ffff}"],
                _ => &[],
            };
            let ty = postgres_type(columns[column]);
            row[column] = match named.get(value.index(named.len() + 2)) {
                Some(named) => format!("'{named}'::{ty}"),
                None => first[column].clone(),
            };
        }
    }
    rows
}

pub(super) async fn fill(client: &Client, rows: &[Vec<String>]) {
    let names: Vec<_> = columns().map(|column| column.column).collect();
    let rows = rows.iter().enumerate().map(|(id, row)| format!("({id}, 0, {})", row.join(", ")));
    let script = format!(
        "TRUNCATE sample CASCADE; INSERT INTO sample (id, sheet_id, {}) VALUES {}",
        names.join(", "),
        rows.collect::<Vec<_>>().join(", ")
    );
    client.batch_execute(&script).await.unwrap_or_else(|error| panic!("{error:?} in {script}"));
}

/// Asserts that the keys of rows ascend when Postgres has ordered the rows.
async fn check(client: &Client, ways: &[Way]) {
    let value = |(column, _): &Way| match column.scalar {
        ScalarType::Text => format!("{}::text", column.column),
        ScalarType::Enum(_) => {
            format!("array_position(enum_range(NULL::{}), {})", postgres_type(column), column.column)
        }
        _ => column.column.to_owned(),
    };
    let values = ways.iter().map(value).chain(["id".to_owned()]);
    let terms = ways.iter().map(|way| {
        let collation = if way.0.scalar == ScalarType::Text { " COLLATE \"C\"" } else { "" };
        let expression =
            if let ScalarType::Enum(_) = way.0.scalar { way.0.column.to_owned() } else { value(way) };
        format!("{expression}{collation} {}", DIRECTIONS[way.1].1)
    });
    let sql = format!(
        "SELECT {} FROM sample ORDER BY {}, id",
        values.collect::<Vec<_>>().join(", "),
        terms.collect::<Vec<_>>().join(", ")
    );
    let rows = client.query(&sql, &[]).await.unwrap_or_else(|error| panic!("{error:?} in {sql}"));

    let terms = ways.iter().enumerate().map(|(cell, (column, direction))| Term {
        cell,
        comparison: Comparison::of(column.scalar).expect("the column is ordered by"),
        direction: DIRECTIONS[*direction].0,
    });
    let id = Term { cell: ways.len(), comparison: Comparison::Int4, direction: Direction::Asc };
    let order = Order::new(terms.chain([id]));
    let mut previous = Vec::new();
    for row in rows {
        let cells: Vec<Option<Raw>> = (0..row.len()).map(|cell| row.get(cell)).collect();
        let cells: Vec<_> = cells.iter().map(|cell| cell.as_ref().map(|Raw(bytes)| &bytes[..])).collect();
        let mut key = Vec::new();
        order.key(&cells, &mut key).unwrap_or_else(|error| panic!("{error} in {cells:x?} by {sql}"));
        assert!(previous < key, "{cells:x?} is not behind the row before it by {sql}");
        previous = key;
    }
}

#[test]
fn records_are_those_of_postgres() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    runtime.block_on(async {
        let database = database().await;
        let client = database.connect().await;
        let sql = "SELECT record_send(ROW(7::int4, NULL::text, 'seven'::text)), \
                   record_send(ROW(record_send(ROW(7::int4, NULL::text, 'seven'::text)), NULL::bytea)), \
                   record_send(ROW())";
        let row = client.query_one(sql, &[]).await.expect("the statement is right");
        let expected: [Vec<u8>; 3] = std::array::from_fn(|cell| row.get(cell));

        let [int4, text, bytea] = [Type::INT4, Type::TEXT, Type::BYTEA].map(|ty| ty.oid());
        let mut record = Vec::new();
        let cells = [Some(&7_i32.to_be_bytes()[..]), None, Some(b"seven")];
        records::append(&[int4, text, text], &cells, &mut record).expect("the cells are short");
        let (mut nested, mut empty) = (Vec::new(), Vec::new());
        records::append(&[bytea, bytea], &[Some(&record), None], &mut nested).expect("the cells are short");
        records::append(&[], &[], &mut empty).expect("there are no cells");
        assert_eq!([record, nested, empty], expected);
    });
}
