//! Functions that answer lists and a live database → what Postgres says of their calls.
//!
//! Each is prepared with the columns of the struct whose rows it returns:
//!
//! ```sql
//! SELECT the_rows.track_id, the_rows.name
//! FROM track AS the_row CROSS JOIN LATERAL (SELECT * FROM similar_tracks(the_row.track_id, $1::integer)) AS the_rows
//! ```
//!
//! The query within keeps Postgres from taking `the_rows.name` for the cast of a value to the type `name`.

use onefold_schema::{ColumnDef, FunctionDef, ScalarType, SchemaDef, TableDef};

use crate::pool::Pool;
use crate::sql::{expression, identifier};

use super::computed::{ROW, Refused, output, parameters, prepare};
use super::name::Qualified;
use super::{Error, Object, Place, Problem, Severity, ddl, scalar};

/// What the function returns, in a statement that checks its call.
const ROWS: &str = "the_rows";

/// What Postgres says of the functions of the root, and of those of the tables that `is_right` holds for: the others have
/// problems already, which would be told again.
pub(super) async fn check(
    schema: &SchemaDef,
    pool: &Pool,
    is_right: impl Fn(&TableDef) -> bool,
) -> Result<Vec<Problem>, Error> {
    let roots = schema.functions.iter().map(|function| (None, function));
    // What only functions return is not in the database, so it can be no row that one is called for.
    let tables = ddl::selected(schema).filter(|table| is_right(table));
    let nested = tables.flat_map(|table| table.functions.iter().map(move |function| (Some(table), function)));
    let mut problems = Vec::new();
    for (table, function) in roots.chain(nested) {
        let target = ddl::find(schema, function.target);
        let columns: Vec<&ColumnDef> =
            target.columns.iter().filter(|column| column.computed.is_none()).collect();
        let scalars: Vec<ScalarType> = columns.iter().map(|column| column.scalar).collect();
        let said = match prepare(pool, &statement(table, function, &columns), &scalars).await? {
            Ok(()) => continue,
            Err(Refused::Statement(said)) => format!("Postgres refuses its call: {said}"),
            Err(Refused::Column { column, actual }) => {
                let wanted = columns.iter().find(|other| other.column == column).map(|it| it.scalar);
                let rust = wanted.map(scalar::rust).unwrap_or_default();
                let found = scalar::of_catalog(&actual).map(scalar::rust);
                let instead = found.map(|found| format!("; write `{found}`")).unwrap_or_default();
                format!(
                    "column `{column}` of its rows is `{actual}` in the database but `{rust}` in `{}`{instead}",
                    target.name
                )
            }
        };
        let (object, message) = match table {
            Some(table) => (
                Object::Table(Qualified::table(table).plain()),
                format!("function of `{}`: {said}", function.name),
            ),
            None => (Object::Function(function.name.to_owned()), said),
        };
        problems.push(Problem {
            severity: Severity::Error,
            place: Place::Database,
            object,
            column: None,
            message,
        });
    }
    Ok(problems)
}

fn statement(table: Option<&TableDef>, function: &FunctionDef, columns: &[&ColumnDef]) -> String {
    let of_row = |column: usize| {
        let name = table.map(|table| identifier(table.columns[column].column)).unwrap_or_default();
        format!("{ROW}.{name}")
    };
    let call = expression(&function.call, of_row, &parameters(function.call.arguments));
    let items = columns.iter().map(|column| {
        let name = identifier(column.column);
        match column.scalar {
            ScalarType::Enum(_) => {
                format!("{} AS {name}", output(&format!("{ROWS}.{name}"), column.scalar))
            }
            _ => format!("{ROWS}.{name}"),
        }
    });
    let items = items.collect::<Vec<_>>().join(", ");
    let rows = format!("(SELECT * FROM {call}) AS {ROWS}");
    match table {
        Some(table) => {
            format!("SELECT {items} FROM {} AS {ROW} CROSS JOIN LATERAL {rows}", Qualified::table(table))
        }
        None => format!("SELECT {items} FROM {rows}"),
    }
}
