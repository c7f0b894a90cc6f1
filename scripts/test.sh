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

# Packages of Node that tests use, exactly as their lock files have them.
node_packages() {
    local lock
    for lock in tests/*/package-lock.json; do
        [ -e "$lock" ] || continue
        step npm ci --prefix "$(dirname "$lock")" --no-audit --no-fund --loglevel=error
    done
}

if has npm; then
    node_packages
else
    echo 'Node is missing: the tests that need it are skipped'
fi

ONEFOLD_BROWSER=$(browser)
if [ -n "$ONEFOLD_BROWSER" ]; then
    export ONEFOLD_BROWSER
else
    unset ONEFOLD_BROWSER
    echo 'Chromium is missing: the test of GraphiQL in a browser is skipped'
fi

step cargo fmt --all --check
step cargo clippy --workspace --all-targets --quiet -- -D warnings
RUSTDOCFLAGS='-D warnings' step cargo doc --workspace --no-deps --quiet

# One Postgres for all tests; each test has a database of its own in it.
if has cargo-nextest; then
    step cargo nextest run --workspace --no-run
    step cargo run --quiet --workspace --bin with-postgres -- cargo nextest run --workspace
else
    step cargo test --workspace --no-run
    step cargo run --quiet --workspace --bin with-postgres -- cargo test --workspace --lib --bins --tests
fi
step cargo test --workspace --doc --quiet
