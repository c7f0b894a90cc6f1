//! Computed fields and a live database → what Postgres says of their expressions.
//!
//! Each is prepared beside a second table of the same columns, and as a condition:
//!
//! ```sql
//! SELECT row.first_name || ' ' || row.last_name AS full_name
//! FROM employee AS row CROSS JOIN employee AS other
//! WHERE (row.first_name || ' ' || row.last_name) IS NOT NULL
//! ```
//!
//! So Postgres also refuses a column that is written without braces, which would mean another table's in some statement, and
//! what is no value of one row, an aggregate for instance.

use onefold_schema::{ComputedDef, ScalarType, SchemaDef, TableDef};

use crate::pool::{self, Pool, Prepared, StatementId};
use crate::sql::{expression, identifier, qualified};
use crate::wire::CellType;

use super::name::Qualified;
use super::{Error, Object, Place, Problem, Severity, scalar};

/// The tables of a statement that checks an expression.
const ROW: &str = "the_row";
const OTHER: &str = "another_row";

/// What Postgres says of the computed fields of the tables that `is_right` holds for: the others have problems already, which
/// would be told again.
pub(super) async fn check(
    schema: &SchemaDef,
    pool: &Pool,
    is_right: impl Fn(&TableDef) -> bool,
) -> Result<Vec<Problem>, Error> {
    let mut problems = Vec::new();
    for table in schema.tables.iter().filter(|table| is_right(table)) {
        for column in table.columns {
            let Some(computed) = column.computed else { continue };
            let text = statement(table, column.column, computed, column.scalar);
            let expected = [CellType::Scalar(column.scalar)];
            let statement =
                Prepared { id: StatementId::unique(), text: &text, types: &[], columns: Some(&expected) };
            let said = match pool.prepare(&statement).await {
                Ok(()) => continue,
                Err(pool::Error::Statement(refused)) => {
                    let hint = refused.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
                    format!("Postgres refuses its expression: {}{hint}", refused.message())
                }
                Err(pool::Error::Column { actual, .. }) => format!(
                    "its expression is `{actual}` in the database but `{}` ({}) in the schema; {}",
                    scalar::rust(column.scalar),
                    scalar::sql(column.scalar),
                    instead(&actual, column.scalar),
                ),
                Err(error) => return Err(error.into()),
            };
            problems.push(Problem {
                severity: Severity::Error,
                place: Place::Database,
                object: Object::Table(Qualified::table(table).plain()),
                column: Some(column.column),
                message: format!("computed field `{}`: {said}", column.column),
            });
        }
    }
    Ok(problems)
}

fn statement(table: &TableDef, name: &str, computed: &ComputedDef, scalar: ScalarType) -> String {
    let arguments: Vec<String> = computed
        .arguments
        .iter()
        .enumerate()
        .map(|(position, argument)| match argument.scalar {
            ScalarType::Enum(_) => format!("${}::text::{}", position + 1, scalar::sql(argument.scalar)),
            other => format!("${}::{}", position + 1, scalar::sql(other)),
        })
        .collect();
    let column = |column: usize| format!("{ROW}.{}", identifier(table.columns[column].column));
    let text = expression(computed, column, &arguments);
    let value = match scalar {
        // Another type than the enum's cannot be matched with it.
        ScalarType::Enum(def) => {
            format!("coalesce({text}, NULL::{})::text", qualified(def.schema, def.type_name))
        }
        _ => text.clone(),
    };
    let from = Qualified::table(table);
    format!(
        "SELECT {value} AS {} FROM {from} AS {ROW} CROSS JOIN {from} AS {OTHER} WHERE ({text}) IS NOT NULL",
        identifier(name)
    )
}

/// What to write where an expression has another type.
fn instead(actual: &str, wanted: ScalarType) -> String {
    let cast = format!("cast the expression: `(…)::{}`", scalar::sql(wanted));
    match scalar::of_catalog(actual) {
        Some(found) => format!("write `{}`, or {cast}", scalar::rust(found)),
        None => cast,
    }
}
