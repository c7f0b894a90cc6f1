//! What each command does.

use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;

use futures_util::future;
use onefold_schema::Schema;
use tokio::net::TcpListener;

use super::arguments::{Action, Arguments};
use super::{Command, Error, log};
use crate::catalog::{self, Severity};
use crate::config::{self, Config, Sources};
use crate::engine::{Engine, Request};
use crate::pool::{self, Pool};
use crate::server;

/// Does what the arguments say.
pub(super) fn run<S: Schema>(command: Command<S>, arguments: Arguments) -> Result<ExitCode, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        match arguments.command {
            Action::Serve { settings, database, listen } => {
                serve(command, &settings.sources(Some(database), listen)).await
            }
            Action::Sdl { settings } => {
                let engine = engine::<S>(load::<S>(&settings.sources(None, None))?)?;
                print(engine.sdl())
            }
            Action::Sql { file, operation, variables, folded, settings } => {
                let engine = engine::<S>(load::<S>(&settings.sources(None, None))?)?;
                let variables = variables.map(|text| serde_json::from_str(&text)).transpose();
                let request = Request {
                    query: read(&file)?,
                    operation_name: operation,
                    variables: variables.map_err(Error::Variables)?.unwrap_or_default(),
                    ..Request::default()
                };
                let statement = match folded {
                    true => engine.explain(&request).map(|stages| stages.batch),
                    false => engine.sql(&request),
                };
                print(&statement.map_err(|source| Error::Document { file, source })?)
            }
            Action::Check { settings, database } => {
                check::<S>(&load::<S>(&settings.sources(Some(database), None))?).await
            }
            Action::Ddl => print(&catalog::ddl(S::SCHEMA)),
        }
    });
    // What still runs belongs to requests that had their time.
    runtime.shutdown_background();
    result
}

fn load<S: Schema>(sources: &Sources) -> Result<Config, Error> {
    let config = config::load(S::SCHEMA, sources).map_err(Error::Config)?;
    log::start(&config.log)?;
    Ok(config)
}

fn engine<S: Schema>(config: Config) -> Result<Engine, Error> {
    Engine::new(S::SCHEMA, config).map_err(Error::Engine)
}

async fn serve<S: Schema>(command: Command<S>, sources: &Sources) -> Result<ExitCode, Error> {
    let mut config = load::<S>(sources)?;
    // First of all, so that a port that is taken does not cost the start of a database.
    let address = config.server.listen.clone();
    let listener = TcpListener::bind(&address).await.map_err(|source| Error::Listen { address, source })?;
    let address = listener.local_addr()?;

    let mut guard = None;
    if !config.has_database() {
        let start = command.fallback.ok_or(Error::NoDatabase)?;
        let started = start(config).await.map_err(Error::FallbackDatabase)?;
        config = started.config;
        guard = Some(started.guard);
    }
    if config.server.default_query.is_none() {
        config.server.default_query =
            Some(command.default_query.unwrap_or_else(|| server::example_query(S::SCHEMA)));
    }
    if config.server.metrics {
        server::record_metrics();
    }
    let engine = Arc::new(engine::<S>(config.clone())?);
    // Beside serving, so that a database that is slow to answer does not keep health checks from being answered.
    tokio::spawn({
        let engine = Arc::clone(&engine);
        async move {
            if let Err(error) = engine.ready().await {
                tracing::warn!(%error, "the database does not answer; requests are refused until it does");
            }
        }
    });
    // Before the address is told: whoever reads it may tell the server to stop at once.
    let (stop, asked) = (server::stop_signal()?, server::stop_signal()?);
    print(&format!("listening on http://{address}\n"))?;
    let serving = pin!(server::serve(listener, engine, &config, stop));
    // Whoever asks twice does not want to wait for the requests that still run.
    let twice = pin!(async {
        asked.await;
        server::stop_signal()?.await;
        Ok(())
    });
    let (result, _) = future::select(serving, twice).await.factor_first();
    result?;
    drop(guard);
    Ok(ExitCode::SUCCESS)
}

async fn check<S: Schema>(config: &Config) -> Result<ExitCode, Error> {
    if config.database.url.is_none() {
        return Err(Error::NoDatabase);
    }
    let pool = Pool::new(&pool::Settings::from(&config.database)).map_err(Error::Pool)?;
    let problems = catalog::check(S::SCHEMA, &pool).await.map_err(Error::Check)?;
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let mut report: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
    report.push_str(&match (errors, problems.len() - errors) {
        (0, 0) => format!("the database fits the schema `{}`\n", S::SCHEMA.name),
        (errors, warnings) => format!("{}, {}\n", count(errors, "error"), count(warnings, "warning")),
    });
    print(&report)?;
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn read(file: &Path) -> Result<String, Error> {
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(file).map(|content| text = content)
    };
    match read {
        Ok(()) => Ok(text),
        Err(source) => Err(Error::Read { file: file.to_owned(), source }),
    }
}

/// Writes a result, with a line end after it, to the standard output at once: whoever reads the address of a server
/// from a pipe waits for it.
fn print(text: &str) -> Result<ExitCode, Error> {
    let line_end = if text.ends_with('\n') { "" } else { "\n" };
    let mut out = std::io::stdout().lock();
    match write!(out, "{text}{line_end}").and_then(|()| out.flush()) {
        // `… | head` has read all that it wants.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
