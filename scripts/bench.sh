#!/usr/bin/env bash
# Measures the stages and cached requests, then Onefold beside its peers, and writes benches/RESULTS.md. Builds it all
# first, so that nothing is compiled while something is measured. Options go to the comparison, see --help.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

workspace=benches/side_by_side/Cargo.toml

step() {
    echo
    echo "==> $*"
    "$@"
}

# Linux counts what the comparison reports.
linux() { [ "$(uname)" = Linux ]; }

started=$SECONDS
step cargo bench --package onefold-benches --no-run
if linux; then
    step cargo build --release --locked --manifest-path "$workspace"
fi
echo
echo "==> built in $((SECONDS - started)) s"

started=$SECONDS
step cargo bench --package onefold-benches -- --warm-up-time 0.5 --measurement-time 1.5
if linux; then
    step "$(target_directory --manifest-path "$workspace")/release/compare" --out benches/RESULTS.md "$@"
else
    echo 'Skipped: Onefold beside its peers needs Linux.'
fi
echo
echo "==> measured in $((SECONDS - started)) s"
