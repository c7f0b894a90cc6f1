#!/usr/bin/env bash
# Fuzzes Onefold, guided by coverage: `scripts/fuzz.sh [SECONDS] [TARGET…]`, an hour over all targets of `fuzz` unless told. What
# it finds is in `fuzz/artifacts`, and makes it fail. It takes no nightly toolchain: libFuzzer is linked, and the counters
# are those of LLVM. `cargo fuzz run TARGET` works too where that is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

seconds=${1:-3600}
[ $# -eq 0 ] || shift
targets=("$@")
[ $# -gt 0 ] || targets=(documents variables cursors records)

host=$(rustc -vV | sed -n 's/^host: //p')
flags='-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters'
flags+=' -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1'
# Not those of a user, which might be without counters.
RUSTFLAGS=$flags cargo build --release --manifest-path fuzz/Cargo.toml --target "$host" --target-dir fuzz/target
cargo build --package onefold-tests --bin with-postgres
with_postgres="$(target_directory)/debug/with-postgres"

seeds=fuzz/corpus/seeds
rm -rf "$seeds"
mkdir -p "$seeds"
# Documents of the store with their variables behind a zero byte; those of several runs are left out.
for folder in tests/cases/*/; do
    if grep -q '^# schema: ' "$folder/document.graphql"; then continue; fi
    seed=$seeds/$(basename "$folder")
    cat "$folder/document.graphql" >"$seed"
    if [ -e "$folder/variables.json" ] && [ "$(head -c 1 "$folder/variables.json")" = '{' ]; then
        { printf '\0'; cat "$folder/variables.json"; } >>"$seed"
    fi
done
dictionary=fuzz/corpus/dictionary
{
    grep -ohE '[A-Za-z_][A-Za-z0-9_]+' examples/music/schema.graphql | sort -u | sed 's/.*/"&"/'
    printf '%s\n' '"query"' '"fragment"' '"@include(if: "' '"@skip(if: "' '"... on "' '"null"' '"true"' '"$"' '"\x00"' '"{"' '"}"'
} >"$dictionary"

for target in "${targets[@]}"; do
    corpus=fuzz/corpus/$target
    artifacts=fuzz/artifacts/$target
    mkdir -p "$corpus" "$artifacts"
    echo "==> $target, for $((seconds / ${#targets[@]})) s"
    folders=("$corpus")
    options=(-max_len=512)
    if [ "$target" = documents ]; then
        folders+=("$seeds")
        options=(-max_len=4096 "-dict=$dictionary")
    fi
    nice -n 15 "$with_postgres" "fuzz/target/$host/release/$target" "${folders[@]}" "${options[@]}" \
        -max_total_time=$((seconds / ${#targets[@]})) -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 \
        -artifact_prefix="$artifacts/" 2>&1 | grep -vE '^#[0-9]+\s+(NEW|REDUCE|RELOAD)'
done
