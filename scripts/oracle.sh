#!/usr/bin/env bash
# Compares what the engine answers with what a second, slow implementation does from rows in memory, for 50,000 random
# operations over random schemas and rows, and prints what kinds of operations there were. ONEFOLD_ORACLE_OPERATIONS is
# another number, ONEFOLD_ORACLE_SEED the first of other ones. `make test` does the same in short.
set -euo pipefail
cd "$(dirname "$0")/.."

export ONEFOLD_ORACLE_OPERATIONS=${ONEFOLD_ORACLE_OPERATIONS:-50000}
cargo test --package onefold-tests --test integration -- --nocapture oracle::
