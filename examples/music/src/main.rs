//! The server of the music store. Without a database URL it serves a made-up store from a Postgres of its own.

use std::process::ExitCode;

use music::Music;

fn main() -> ExitCode {
    onefold::cli::Command::<Music>::new()
        .operations(music::OPERATIONS)
        .fallback_database(music::demo::start)
        .default_query(QUERY)
        .main()
}

/// What GraphiQL opens with.
const QUERY: &str = "\
# The music store, in one SQL statement.
# ▶ runs it; Ctrl-Space says what else there is.
query Store {
  artists(
    where: {name: {startsWith: \"The\"}}
    orderBy: [{name: ASC}]
    limit: 3
  ) {
    name
    albums(limit: 2) {
      title
      tracks(
        where: {milliseconds: {gt: 180000}}
        limit: 3
      ) {
        name
        genre { name }
        unitPrice
      }
    }
  }
}
";
