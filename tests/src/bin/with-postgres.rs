//! `with-postgres COMMAND…`: runs a command with a private Postgres, named in `ONEFOLD_TEST_DATABASE_URL`, and
//! ends as the command does.

use std::env;
use std::error::Error;
use std::process::{Command, ExitCode};

use onefold_tests::{DATABASE_URL_VARIABLE, start_cluster};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let Some(program) = arguments.next() else { return Err("usage: with-postgres COMMAND…".into()) };
    let postgres = start_cluster()?;
    let status = Command::new(program)
        .args(arguments)
        .env(DATABASE_URL_VARIABLE, postgres.url("postgres"))
        .status()?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
