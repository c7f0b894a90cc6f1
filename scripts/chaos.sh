#!/usr/bin/env bash
# What takes minutes of the tests of several servers: each server of four shards with replicas is killed, stopped or replaced
# under load, which prints a table of what became of requests; and 10,000 writes are each read with their token while the
# replica lags. `make test` does the same in short.
set -euo pipefail
cd "$(dirname "$0")/.."

export ONEFOLD_TEST_CHAOS=1 ONEFOLD_TEST_TOKEN_PAIRS=${ONEFOLD_TEST_TOKEN_PAIRS:-10000}
cargo test --package onefold-tests --test integration -- --nocapture --test-threads=1 chaos:: cluster::tokens::
