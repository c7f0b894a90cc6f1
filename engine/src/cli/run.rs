//! What each command does.

use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;

use futures_util::future;
use onefold_schema::Schema;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::arguments::{Action, Arguments, Options};
use super::{Command, Error, check, explain, log, operations};
use crate::catalog;
use crate::config::{self, Config, Sources};
use crate::engine::{Engine, Request};
use crate::reload::Reloader;
use crate::report::{self, Style};
use crate::{server, slot_table};

/// Does what the arguments say.
pub(super) fn run<S: Schema>(command: Command<S>, arguments: Arguments) -> Result<ExitCode, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        match arguments.command {
            Action::Serve { settings, database, only_known, listen } => {
                let options = Options { database: Some(database), listen, only_known };
                serve(command, settings.sources(options)).await
            }
            Action::Sdl { settings } => {
                let engine = engine::<S>(load::<S>(&settings.sources(Options::default()))?)?;
                print(engine.sdl())
            }
            Action::Sql { file, operation, variables, folded, settings } => {
                let engine = engine::<S>(load::<S>(&settings.sources(Options::default()))?)?;
                let request = Request {
                    query: read(&file)?,
                    operation_name: operation,
                    variables: self::variables(variables)?.into(),
                    ..Request::default()
                };
                let statement = match folded {
                    true => engine.explain(&request).map(|stages| stages.batch),
                    false => engine.sql(&request),
                };
                let text = request.query;
                print(&statement.map_err(|source| Error::Document { file, text, source })?)
            }
            Action::Operations { json, settings } => {
                let config = load::<S>(&settings.sources(Options::default()))?;
                print(&operations::list::<S>(config, command.operations, json)?)
            }
            Action::Explain(mut arguments) => {
                let settings = std::mem::take(&mut arguments.settings);
                let database = std::mem::take(&mut arguments.database);
                let mut config = load::<S>(&settings.sources(database.into()))?;
                slot_table::fill(&mut config).await.map_err(Error::SlotTable)?;
                let document = read(&arguments.file)?;
                let variables = self::variables(arguments.variables.take())?;
                print(&explain::run::<S>(config, arguments, document, variables).await?)
            }
            Action::Check { operations, settings, database } => {
                let mut config = load::<S>(&settings.sources(database.into()))?;
                let routed = match operations.is_empty() {
                    true => ExitCode::SUCCESS,
                    false => routes::<S>(&config, &operations)?,
                };
                if !operations.is_empty() && !config.has_database() {
                    return Ok(routed);
                }
                slot_table::fill(&mut config).await.map_err(Error::SlotTable)?;
                let (report, code) = check::check::<S>(&config).await?;
                print(&report)?;
                Ok(if routed == ExitCode::SUCCESS { code } else { routed })
            }
            Action::Ddl { citus: false } => print(&catalog::ddl(S::SCHEMA)),
            Action::Ddl { citus: true } => print(&catalog::ddl_for_citus(S::SCHEMA).map_err(Error::Citus)?),
        }
    });
    // What still runs belongs to requests that had their time.
    runtime.shutdown_background();
    result
}

/// The value of `--variables`.
fn variables(text: Option<String>) -> Result<Map<String, Value>, Error> {
    let variables = text.map(|text| serde_json::from_str(&text)).transpose();
    Ok(variables.map_err(Error::Variables)?.unwrap_or_default())
}

fn load<S: Schema>(sources: &Sources) -> Result<Config, Error> {
    let config = config::load(S::SCHEMA, sources).map_err(Error::Config)?;
    log::start(&config.log)?;
    Ok(config)
}

/// For what needs no known operations, and answers whatever it is asked.
fn engine<S: Schema>(mut config: Config) -> Result<Engine, Error> {
    config.server.only_known = false;
    Engine::new(S::SCHEMA, config).map_err(Error::Engine)
}

async fn serve<S: Schema>(command: Command<S>, sources: Sources) -> Result<ExitCode, Error> {
    let mut config = load::<S>(&sources)?;
    // First of all, so that a port that is taken does not cost the start of a database.
    let address = config.server.listen.clone();
    let listener = TcpListener::bind(&address).await.map_err(|source| Error::Listen { address, source })?;
    let address = listener.local_addr()?;

    slot_table::fill(&mut config).await.map_err(Error::SlotTable)?;
    let given = config.clone();
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
    let engine = Engine::with_operations(S::SCHEMA, config.clone(), command.operations);
    let engine = Arc::new(engine.map_err(Error::Engine)?);
    if !command.operations.is_empty() {
        let engine = Arc::clone(&engine);
        tokio::task::spawn_blocking(move || engine.generate());
    }
    // Beside serving, so that a database that is slow to answer does not keep health checks from being answered.
    tokio::spawn({
        let engine = Arc::clone(&engine);
        async move {
            if let Err(error) = engine.ready().await {
                tracing::warn!(%error, "the database does not answer; requests are refused until it does");
            }
        }
    });
    let put = {
        let engine = Arc::clone(&engine);
        move |config: &Config| match engine.cluster() {
            Some(cluster) => Ok(cluster.replace(config)?),
            None => Ok(()),
        }
    };
    let reloader = Reloader::new(given, move || config::load(S::SCHEMA, &sources), put);
    let reloader = Arc::new(reloader.map_err(Error::Slots)?);
    let is_readable = {
        let engine = Arc::clone(&engine);
        move |server: &str| engine.cluster()?.is_readable(server)
    };
    let admin = server::admin(Arc::clone(&reloader), is_readable, &config);
    // A server with one database has nothing to reload, nor has one that has started its databases itself, so it ends with its
    // terminal as any program does.
    if guard.is_none() && !config.shards.is_empty() {
        reload_on_signal(reloader)?;
    }
    // Before the address is told: whoever reads it may tell the server to stop at once.
    let (stop, asked) = (server::stop_signal()?, server::stop_signal()?);
    print(&format!("listening on http://{address}\n"))?;
    let serving = pin!(server::serve_with(listener, engine, &config, admin, stop));
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

/// Tells of each operation of the documents where it is sent to, or why it is not.
fn routes<S: Schema>(config: &Config, files: &[PathBuf]) -> Result<ExitCode, Error> {
    let engine = engine::<S>(config.clone())?;
    let mut code = ExitCode::SUCCESS;
    for file in files {
        let query = read(file)?;
        let names = engine.operations(&query);
        let wrong = |source| Error::Document { file: file.clone(), text: query.clone(), source };
        for name in names.map_err(wrong)? {
            let request =
                Request { query: query.clone(), operation_name: name.clone(), ..Request::default() };
            let name = name.map(|name| format!(", `{name}`")).unwrap_or_default();
            let (refused, text) = match engine.routes(&request) {
                Ok(lines) => ("", lines.join("\n")),
                Err(error) => {
                    code = ExitCode::FAILURE;
                    let path = file.display().to_string();
                    let source = report::Source { path: &path, text: &query };
                    (" is refused", report::draw(source, &error.0, Style::Plain))
                }
            };
            let lines: String = text.lines().map(|line| format!("  {line}\n")).collect();
            print(&format!("`{}`{name}{refused}:\n{lines}", file.display()))?;
        }
    }
    Ok(code)
}

/// Reads the settings again whenever SIGHUP comes, from now on.
fn reload_on_signal(reloader: Arc<Reloader>) -> Result<(), Error> {
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            // The log has been told.
            let _ = reloader.reload().await;
        }
    });
    Ok(())
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
