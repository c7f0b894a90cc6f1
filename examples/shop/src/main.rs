//! The server of the shop. Without a database it serves a made-up shop from four shards in a Postgres of its own.

use std::process::ExitCode;

use shop::Shop;

fn main() -> ExitCode {
    onefold::cli::Command::<Shop>::new().fallback_servers(shop::demo::start).default_query(QUERY).main()
}

/// What GraphiQL opens with.
const QUERY: &str = "\
# A customer is on one shard, with all that
# is theirs and the products: one statement.
# The suppliers are on others: one statement
# for each shard that one of them is on.
query Shop {
  customer(customerId: 42) {
    name
    purchases(
      orderBy: [{placedAt: DESC}]
      limit: 3
    ) {
      placedAt
      total
      lines {
        quantity
        product {
          title
          supplier { name city }
        }
      }
    }
  }
}
";
