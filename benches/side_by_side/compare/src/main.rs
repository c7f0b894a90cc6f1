//! Onefold beside its peers: starts Postgres and the servers, checks that they give the same answers, measures them in
//! turn, and writes a report in Markdown.

#[cfg(not(target_os = "linux"))]
compile_error!("the comparison reads processor time from Linux' `/proc`");

mod database;
mod http;
mod kernel;
mod load;
mod machine;
mod measure;
mod random;
mod report;
mod servers;
mod verify;
mod workloads;

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use database::Database;
use measure::Effort;
use servers::{Kind, Server};
use workloads::Workload;

/// Measures Onefold beside its peers.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Measures of each cell; what is reported is their median.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Seconds of a measure.
    #[arg(long, default_value = "2.5", value_parser = seconds)]
    seconds: Duration,
    /// Seconds of the same load before each measure.
    #[arg(long, default_value = "0.5", value_parser = seconds)]
    warm_up: Duration,
    /// Only these workloads.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = workloads::named)]
    workloads: Vec<&'static Workload>,
    /// Only these servers.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    servers: Vec<Kind>,
    /// A Postgres of this machine to measure with, instead of one that is started for it. The data is loaded into this
    /// database unless it is there.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Where the report goes; by default to the standard output.
    #[arg(long, value_name = "FILE", overrides_with = "out")]
    out: Option<PathBuf>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if !(0.1..=600.0).contains(&seconds) {
        return Err("not between 0.1 and 600".to_owned());
    }
    Ok(Duration::from_secs_f64(seconds))
}

fn main() -> ExitCode {
    let Err(error) = run(Options::parse()) else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
    ExitCode::FAILURE
}

fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let workloads = or_all(options.workloads, workloads::ALL.iter());
    let kinds = or_all(options.servers, Kind::all());
    let effort = Effort { rounds: options.rounds, measure: options.seconds, warm_up: options.warm_up };

    eprintln!("loading the data");
    let database = match options.database {
        Some(url) => Database::connect(url)?,
        None => Database::start()?,
    };
    let servers: Vec<Server> =
        kinds.into_iter().map(|kind| Server::start(kind, database.url())).collect::<Result<_, _>>()?;
    eprintln!("comparing the answers");
    verify::answers(&servers, &workloads, database.users())?;
    let results = measure::all(&servers, &workloads, &database, effort)?;

    let report = report::markdown(&results, &machine::facts(&database), effort);
    match options.out {
        Some(path) => {
            fs::write(&path, report).map_err(|error| format!("`{}`: {error}", path.display()))?;
            eprintln!("written to {}", path.display());
        }
        None => print!("{report}"),
    }
    Ok(())
}

fn or_all<T>(chosen: Vec<T>, all: impl Iterator<Item = T>) -> Vec<T> {
    if chosen.is_empty() { all.collect() } else { chosen }
}
