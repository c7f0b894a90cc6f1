#!/usr/bin/env bash
# Runs everything that must pass. `setup.sh test` comes first.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

step() {
    echo
    echo "==> $*"
    local start=$SECONDS
    "$@"
    echo "==> took $((SECONDS - start)) s"
}

skipped=()
skip() {
    skipped+=("$1")
    echo "Skipped: $1"
}

# The program that runs a command with a Postgres for tests; built with the tests, as one of their package.
with_postgres() {
    echo "$(target_directory)/debug/with-postgres"
}

# Packages of Node that tests use, exactly as their lock files have them.
node_packages() {
    local lock
    for lock in tests/*/package-lock.json; do
        [ -e "$lock" ] || continue
        step npm ci --prefix "$(dirname "$lock")" --no-audit --no-fund --loglevel=error
    done
}

if has node && has npm; then
    node_packages
else
    skip 'what graphql-http and graphql-js say of the server: Node is missing'
fi

ONEFOLD_BROWSER=$(browser)
if [ -n "$ONEFOLD_BROWSER" ]; then
    export ONEFOLD_BROWSER
else
    unset ONEFOLD_BROWSER
    skip 'GraphiQL in a browser: Chromium is missing'
fi

ONEFOLD_PGBOUNCER=$(pgbouncer)
if [ -n "$ONEFOLD_PGBOUNCER" ]; then
    export ONEFOLD_PGBOUNCER
else
    unset ONEFOLD_PGBOUNCER
    skip 'Onefold behind PgBouncer: PgBouncer is missing'
fi

has_pgvector || skip 'the order of vectors: Postgres does not have the extension pgvector'

has_chinook || skip "the rows of the query cases: the script of the Chinook database is missing (ONEFOLD_CHINOOK)"

step cargo fmt --all --check
step cargo fmt --all --check --manifest-path benches/side_by_side/Cargo.toml
step cargo fmt --all --check --manifest-path fuzz/Cargo.toml
step cargo clippy --workspace --all-targets --quiet -- -D warnings
RUSTDOCFLAGS='-D warnings' step cargo doc --workspace --no-deps --quiet

# One Postgres for all tests; each test has a database of its own in it.
if has cargo-nextest; then
    step cargo nextest run --workspace --no-run
    step "$(with_postgres)" cargo nextest run --workspace
else
    step cargo test --workspace --no-run
    step "$(with_postgres)" cargo test --workspace --lib --bins --tests
fi
step cargo test --workspace --doc --quiet

if [ "$(uname)" != Linux ]; then
    skip "the serializer's memory under valgrind: it needs Linux"
elif has valgrind; then
    step scripts/memory.sh
else
    skip "the serializer's memory under valgrind: it is missing"
fi

echo
if [ "${#skipped[@]}" -eq 0 ]; then
    echo 'All has passed, nothing was skipped.'
else
    echo 'All that was run has passed. Skipped:'
    printf -- '- %s\n' "${skipped[@]}"
fi
