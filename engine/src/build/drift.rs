//! The statements of documents → what of them a live database refuses, and in which words.

use std::collections::BTreeSet;

use tokio_postgres::error::ErrorPosition;

use super::{Error, Mistakes, Source};
use crate::compile::{Compiler, KnownOperation, Ready};
use crate::config::Config;
use crate::error::Location;
use crate::pool::{self, Pool};
use crate::report::{self, Refusal, Style};

/// Has every statement of the documents prepared, and nothing run.
///
/// # Errors
/// The database cannot be asked.
pub(super) fn find(
    compiler: &Compiler,
    config: &Config,
    url: &str,
    documents: &[Source],
) -> Result<Mistakes, Error> {
    let settings = pool::Settings { max_connections: 1, url: url.to_owned(), ..(&config.database).into() };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
    let found = runtime.block_on(async {
        let pool = Pool::new(&settings)?;
        let mut mistakes = Mistakes::default();
        for document in documents {
            // Documents with mistakes of their own have been reported.
            let operations = compiler.compile_all(&document.text).unwrap_or_default();
            let mut refusals = Vec::new();
            for operation in &operations {
                refusals.extend(of_operation(&pool, operation).await?);
            }
            mistakes.add_refusals(document, &refusals);
        }
        Ok(mistakes)
    });
    found.map_err(Error::Database)
}

/// What the database refuses of an operation, each in its words once.
async fn of_operation(pool: &Pool, operation: &KnownOperation) -> Result<Vec<Drift>, pool::Error> {
    let (mut drifts, mut seen) = (Vec::new(), BTreeSet::new());
    for compiled in &operation.compiled {
        let batch = compiled.fold.as_ref().and_then(|fold| fold.batch.as_ref());
        for statement in compiled.statements().into_iter().chain(batch) {
            let Err(error) = pool.prepare(&statement.prepared()).await else { continue };
            let drift = Drift::new(operation, statement, error)?;
            if seen.insert(drift.message.clone()) {
                drifts.push(drift);
            }
        }
    }
    Ok(drifts)
}

/// A statement that the database refuses.
struct Drift {
    place: Option<Location>,
    message: String,
    notes: Vec<String>,
    sql: String,
    /// Where in the statement, in characters from 1.
    position: Option<usize>,
}

impl Drift {
    /// Of an error that is not about the statement, nothing.
    fn new(operation: &KnownOperation, statement: &Ready, error: pool::Error) -> Result<Drift, pool::Error> {
        let what = match &operation.name {
            Some(name) => format!("operation `{name}` does not fit the database"),
            None => "the operation does not fit the database".to_owned(),
        };
        let (message, notes, position) = match &error {
            pool::Error::Statement(refused) => {
                let position = match refused.position() {
                    Some(ErrorPosition::Original(position)) => usize::try_from(*position).ok(),
                    _ => None,
                };
                let notes = [refused.detail(), refused.hint()].into_iter().flatten().map(ToOwned::to_owned);
                (format!("{what}: {}", refused.message()), notes.collect(), position)
            }
            pool::Error::Column { column, actual, expected } => {
                (format!("{what}: column `{column}` is `{actual}` there, not `{expected}`"), Vec::new(), None)
            }
            _ => return Err(error),
        };
        Ok(Drift { place: operation.place, message, notes, sql: statement.text.clone(), position })
    }
}

impl Mistakes {
    fn add_refusals(&mut self, document: &Source, drifts: &[Drift]) {
        if drifts.is_empty() {
            return;
        }
        let path = document.path.display().to_string();
        let source = report::Source { path: &path, text: &document.text };
        let drawn = drifts.iter().map(|drift| {
            let refusal = Refusal {
                message: &drift.message,
                place: drift.place,
                notes: &drift.notes,
                sql: &drift.sql,
                position: drift.position,
            };
            report::draw_refusal(source, &refusal, Style::Plain)
        });
        self.drawn.push(drawn.collect::<Vec<_>>().join("\n"));
        self.count += drifts.len();
    }
}
