#!/usr/bin/env bash
# Compares what the engine takes for a valid document with what graphql-js does by the introspection, for 20,000 random
# documents with something changed in them, and prints what was wrong with those that are not. ONEFOLD_MUTATED_DOCUMENTS is
# another number, ONEFOLD_MUTATED_SEED the first of other ones. `make test` does the same in short.
set -euo pipefail
cd "$(dirname "$0")/.."

npm ci --prefix tests/node --no-audit --no-fund --loglevel=error
export ONEFOLD_MUTATED_DOCUMENTS=${ONEFOLD_MUTATED_DOCUMENTS:-20000}
cargo test --package onefold-tests --test integration -- --nocapture mutated::
