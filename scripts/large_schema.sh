#!/usr/bin/env bash
# Measures what a large schema takes: a crate of 200 tables with 10 columns each, which a temporary folder holds, is built with
# its dependencies, again from nothing without them, and after a change of one table; then it is started and asked for its
# schema. Prints a table. Works on Linux.
#
#   scripts/large_schema.sh [--release] [--tables 200] [--columns 10] [--keep FOLDER]
#
# With --keep the crate and what is built stays in the folder, and a second run builds the dependencies no more. ONEFOLD_WRAP is
# put before each command that is measured but that of the dependencies, to keep a machine quiet meanwhile.
set -euo pipefail
engine=$(cd "$(dirname "$0")/.." && pwd)

profile=dev folder='' tables=200 columns=10
while [ $# -gt 0 ]; do
    case $1 in
        --release) profile=release ;;
        --tables) tables=$2; shift ;;
        --columns) columns=$2; shift ;;
        --keep) folder=$2; shift ;;
        *) echo "unknown option $1" >&2; exit 2 ;;
    esac
    shift
done
started=''
if [ -z "$folder" ]; then
    folder=$(mktemp --directory)
    trap '[ -z "$started" ] || kill "$started" 2>/dev/null || true; rm -rf "$folder"' EXIT
else
    mkdir -p "$folder"
    trap '[ -z "$started" ] || kill "$started" 2>/dev/null || true' EXIT
fi

# The crate: a module for each ten tables. Each table has a key, relations to two others and from two, an enum, and columns of
# all kinds.
generate() {
    rm -rf "$folder/src"
    mkdir -p "$folder/src/schema"
    cp "$engine/Cargo.lock" "$folder/Cargo.lock"
    cat > "$folder/Cargo.toml" <<TOML
[package]
name = "large"
version = "0.1.0"
edition = "2024"

[dependencies]
onefold = { path = "$engine/engine" }

[workspace]
TOML
    awk -v tables="$tables" -v columns="$columns" -v folder="$folder/src/schema" '
        function name(number) { return sprintf("Record%03d", number) }
        BEGIN {
            split("String,Option<String>,i64,Decimal,Timestamptz,bool,Option<f64>,Uuid,Option<Date>,Jsonb", types, ",")
            split("title,note,amount,price,created_at,active,score,token,due,detail", names, ",")
            for (number = 0; number < tables; number++) {
                file = sprintf("%s/part%02d.rs", folder, number / 10)
                if (number % 10 == 0) {
                    print "//! Ten tables of many.\n\nuse onefold::prelude::*;\n\nuse super::*;\n" > file
                    printf "/// How far things are.\n#[derive(Enum)]\n#[pg(name = \"state_%02d\")]\npub enum State%02d {\n", number / 10, number / 10 > file
                    print "    /// Not begun.\n    Open,\n    /// On the way.\n    Running,\n    /// Over.\n    Done,\n}\n" > file
                }
                parent = int((number + tables - 1) / 2) % tables
                other = (number * 7 + 3) % tables
                printf "/// One of the records of kind %d.\n#[derive(Table)]\npub struct %s {\n", number, name(number) > file
                print  "    /// Identifies the record.\n    #[key]\n    pub id: i32," > file
                print  "    /// What it is part of.\n    pub parent_id: i32," > file
                print  "    /// What it goes with.\n    pub other_id: Option<i32>," > file
                printf "    /// How far it is.\n    pub state: State%02d,\n", number / 10 > file
                for (column = 5; column <= columns; column++) {
                    kind = (number + column) % 10 + 1
                    printf "    /// The %s of the record.\n    pub %s_%d: %s,\n", names[kind], names[kind], column, types[kind] > file
                }
                printf "    /// What it is part of.\n    #[one(parent_id)]\n    pub parent: One<%s>,\n", name(parent) > file
                printf "    /// What it goes with.\n    #[one(other_id)]\n    pub other: Option<One<%s>>,\n", name(other) > file
                child = (number * 2 + 1) % tables
                printf "    /// Its parts.\n    #[many(%s::parent_id)]\n    pub parts: Many<%s>,\n", name(child), name(child) > file
                printf "    /// Those of the next kind that go with it.\n    #[many(%s::other_id)]\n    pub others: Many<%s>,\n}\n\n", name((number + 1) % tables), name((number + 1) % tables) > file
            }
            root = folder "/mod.rs"
            print "//! The schema.\n\nuse onefold::prelude::*;\n" > root
            for (part = 0; part * 10 < tables; part++) printf "mod part%02d;\npub use part%02d::*;\n", part, part > root
            printf "\n/// Many records.\n#[derive(Schema)]\n#[schema(tables(" > root
            for (number = 0; number < tables; number++) printf "%s%s", (number ? ", " : ""), name(number) > root
            print "))]\npub struct Large;" > root
        }' /dev/null
    printf '//! A server with many tables.\n\nmod schema;\n\nuse schema::Large;\n\nonefold::server!(Large);\n' > "$folder/src/main.rs"
}

options=()
[ "$profile" = dev ] || options=(--release)
binary="$folder/target/$([ "$profile" = dev ] && echo debug || echo release)/large"
build() { (cd "$folder" && ${ONEFOLD_WRAP:-} cargo build --quiet --offline "${options[@]}"); }
seconds() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.2f s", (to - from) / 1e9 }'; }
# Runs a step, and writes down how long it took.
timed() {
    local from; from=$(date +%s%N)
    "${@:2}"
    printf '| %s | %s |\n' "$1" "$(seconds "$from" "$(date +%s%N)")"
}

generate
printf '| %s tables, %s columns, profile `%s` | |\n|---|--:|\n' "$tables" "$((tables * columns))" "$profile"
if [ -e "$binary" ]; then build; else ONEFOLD_WRAP='' timed 'clean build, with dependencies' build; fi
(cd "$folder" && cargo clean --quiet --offline --package large "${options[@]}")
timed 'clean build, of the crate alone' build
sed -i '0,/    pub id: i32,/s//    pub id: i32,\n    \/\/\/ New.\n    pub added: Option<String>,/' "$folder/src/schema/part00.rs"
timed 'build after a column is added' build
generate
build
printf '| the program | %s MB |\n' "$(($(stat --format=%s "$binary") / 1000000))"

# There is no database: what is measured needs none.
ask() {
    curl --silent --fail --output /dev/null --write-out '%{time_total}\n' "http://127.0.0.1:$port/graphql" \
        --header 'content-type: application/json' --data "@$folder/$1.json"
}
cat > "$folder/typename.json" <<'JSON'
{"query": "{ __typename }"}
JSON
tr '\n' ' ' > "$folder/introspection.json" <<'JSON'
{"query": "query IntrospectionQuery { __schema { description queryType { name kind } mutationType { name kind }
subscriptionType { name kind } types { ...FullType } directives { name description isRepeatable locations
args(includeDeprecated: true) { ...InputValue } } } }
fragment FullType on __Type { kind name description specifiedByURL isOneOf fields(includeDeprecated: true) { name description
args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name
description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind
name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }"}
JSON
port=$((20000 + RANDOM % 20000))
answers() {
    until ask typename > /dev/null 2>&1; do
        kill -0 "$started" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
        sleep 0.002
    done
}
start() {
    DATABASE_URL=postgres://nobody@127.0.0.1:1/none "$binary" serve --listen "127.0.0.1:$port" > "$folder/log" 2>&1 &
    started=$!
    answers
}
measure() {
    timed 'start, to the first answer' start
    rss() { awk -v key="$1:" '$1 == key { printf "%.0f MB", $2 / 1000 }' "/proc/$started/status"; }
    printf '| memory after that | %s |\n' "$(rss VmRSS)"
    printf '| introspection, the first time | %s s |\n' "$(ask introspection)"
    printf '| introspection, median of 21 more | %s s |\n' "$(for _ in $(seq 21); do ask introspection; done | sort -n | sed -n 11p)"
    printf '| memory after that | %s |\n' "$(rss VmRSS)"
    printf '| memory at most | %s |\n' "$(rss VmHWM)"
}
measure
