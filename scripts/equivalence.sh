#!/usr/bin/env bash
# Compares what 1, 2, 4 and 7 shards answer with what one database does, for 20,000 random operations over random schemas,
# rows and slot maps, and prints what kinds of operations there were. ONEFOLD_EQUIVALENCE_OPERATIONS is another number,
# ONEFOLD_EQUIVALENCE_SEED the first of other ones. `make test` does the same in short.
set -euo pipefail
cd "$(dirname "$0")/.."

export ONEFOLD_EQUIVALENCE_OPERATIONS=${ONEFOLD_EQUIVALENCE_OPERATIONS:-20000}
cargo test --package onefold-tests --test integration -- --nocapture equivalence::
