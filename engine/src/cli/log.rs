//! Sends the events of `tracing` to the standard error, as the settings want them.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use super::Error;
use crate::config::{Log, LogFormat};

/// Starts the log of this process. One that the program has started before stays.
pub(super) fn start(settings: &Log) -> Result<(), Error> {
    let filter = EnvFilter::try_new(&settings.level).map_err(Error::LogLevel)?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // The error says that there is one already.
    let _ = match settings.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    Ok(())
}
