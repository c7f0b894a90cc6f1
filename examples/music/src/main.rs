//! The server of the music store. Without a database URL it serves a made-up store from a Postgres of its own.

use std::process::ExitCode;

use music::Music;

fn main() -> ExitCode {
    onefold::cli::Command::<Music>::new().fallback_database(music::demo::start).default_query(QUERY).main()
}

/// What GraphiQL opens with.
const QUERY: &str = "\
# The music store: artists → albums → tracks, in one SQL statement.
# Press ▶ to run it, and Ctrl-Space to see what else there is.
{
  artists(where: {name: {startsWith: \"The\"}}, orderBy: [{name: ASC}], limit: 3) {
    name
    albums(limit: 2) {
      title
      tracks(where: {milliseconds: {gt: 180000}}, limit: 3) {
        name
        genre { name }
        unitPrice
      }
    }
  }
}
";
