//! Computed fields and a live database → what Postgres says of their expressions.
//!
//! Each is prepared beside a second table of the same columns, and as a condition:
//!
//! ```sql
//! SELECT the_row.first_name || ' ' || the_row.last_name AS full_name
//! FROM employee AS the_row CROSS JOIN employee AS another_row
//! WHERE (the_row.first_name || ' ' || the_row.last_name) IS NOT NULL
//! ```
//!
//! So Postgres also refuses a column that is written without braces, which would mean another table's in some statement, and
//! what is no value of one row, an aggregate for instance.

use onefold_schema::{ArgumentDef, ColumnDef, ComputedDef, ScalarType, SchemaDef, TableDef};

use crate::pool::{self, Pool, Prepared, StatementId};
use crate::sql::{expression, identifier, qualified};
use crate::wire::CellType;

use super::name::Qualified;
use super::{Error, Object, Place, Problem, Severity, ddl, scalar};

/// The tables of a statement that checks an expression.
pub(super) const ROW: &str = "the_row";
const OTHER: &str = "another_row";

/// What Postgres says of the computed fields of the tables that `is_right` holds for: the others have problems already, which
/// would be told again.
pub(super) async fn check(
    schema: &SchemaDef,
    pool: &Pool,
    is_right: impl Fn(&TableDef) -> bool,
) -> Result<Vec<Problem>, Error> {
    let mut problems = Vec::new();
    for table in ddl::selected(schema).filter(|table| is_right(table)) {
        for column in table.columns {
            let Some(computed) = column.computed else { continue };
            let text = statement(table, column, computed);
            let message = match prepare(pool, &text, &[column.scalar]).await? {
                Ok(()) => continue,
                Err(Refused::Statement(said)) => format!("Postgres refuses its expression: {said}"),
                Err(Refused::Column { actual, .. }) => format!(
                    "its expression is `{actual}` in the database but `{}` ({}) in the schema; {}",
                    scalar::rust(column.scalar),
                    scalar::sql(column.scalar),
                    instead(&actual, column.scalar),
                ),
            };
            problems.push(Problem {
                severity: Severity::Error,
                place: Place::Database,
                object: Object::Table(Qualified::table(table).plain()),
                column: Some(column.column),
                message: format!("computed field `{}`: {message}", column.column),
            });
        }
    }
    Ok(problems)
}

/// What is wrong with a statement.
pub(super) enum Refused {
    /// Postgres says this.
    Statement(String),
    /// A column of its result has another type.
    Column { column: String, actual: String },
}

/// Prepares a statement whose result has columns of these types.
pub(super) async fn prepare(
    pool: &Pool,
    text: &str,
    scalars: &[ScalarType],
) -> Result<Result<(), Refused>, Error> {
    let columns: Vec<CellType> = scalars.iter().map(|scalar| CellType::Scalar(*scalar)).collect();
    let statement = Prepared { id: StatementId::unique(), text, types: &[], columns: Some(&columns) };
    match pool.prepare(&statement).await {
        Ok(()) => Ok(Ok(())),
        Err(pool::Error::Statement(refused)) => {
            let hint = refused.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
            Ok(Err(Refused::Statement(format!("{}{hint}", refused.message()))))
        }
        Err(pool::Error::Column { column, actual, .. }) => Ok(Err(Refused::Column { column, actual })),
        Err(error) => Err(error.into()),
    }
}

fn statement(table: &TableDef, column: &ColumnDef, computed: &ComputedDef) -> String {
    let of_row = |column: usize| format!("{ROW}.{}", identifier(table.columns[column].column));
    let text = expression(computed, of_row, &parameters(computed.arguments));
    let from = Qualified::table(table);
    format!(
        "SELECT {} AS {} FROM {from} AS {ROW} CROSS JOIN {from} AS {OTHER} WHERE ({text}) IS NOT NULL",
        output(&text, column.scalar),
        identifier(column.column)
    )
}

/// The parameters that stand for arguments, each cast to its type.
pub(super) fn parameters(arguments: &[ArgumentDef]) -> Vec<String> {
    let parameter = |(position, argument): (usize, &ArgumentDef)| match argument.scalar {
        ScalarType::Enum(_) => format!("${}::text::{}", position + 1, scalar::sql(argument.scalar)),
        other => format!("${}::{}", position + 1, scalar::sql(other)),
    };
    arguments.iter().enumerate().map(parameter).collect()
}

/// A value as it is answered. What is of another type than an enum's cannot be matched with one of it.
pub(super) fn output(text: &str, scalar: ScalarType) -> String {
    match scalar {
        ScalarType::Enum(def) => {
            format!("coalesce({text}, NULL::{})::text", qualified(def.schema, def.type_name))
        }
        _ => text.to_owned(),
    }
}

/// What to write where an expression has another type.
fn instead(actual: &str, wanted: ScalarType) -> String {
    let cast = format!("cast the expression: `(…)::{}`", scalar::sql(wanted));
    match scalar::of_catalog(actual) {
        Some(found) => format!("write `{}`, or {cast}", scalar::rust(found)),
        None => cast,
    }
}
