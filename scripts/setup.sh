#!/usr/bin/env bash
# Installs what is missing: a C compiler and Postgres, and for `setup.sh test` also cargo-nextest, Node,
# Chromium, PgBouncer, pgvector and, on Linux, valgrind. Asks nothing, and changes nothing when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

purpose=${1:-demo}
export DEBIAN_FRONTEND=noninteractive HOMEBREW_NO_AUTO_UPDATE=1

say() { echo "setup: $*"; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

updated=
install_by_apt() {
    if [ -z "$updated" ]; then
        as_root apt-get update -qq || say 'apt-get update failed; going on with the package lists as they are'
        updated=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# install WHAT APT-PACKAGES BREW-PACKAGES
install() {
    local what=$1 apt=$2 brew=$3
    if has apt-get; then
        say "installing $what (apt-get install $apt)"
        # Several packages may be named, so the words are meant to split, here and below.
        # shellcheck disable=SC2086
        install_by_apt $apt
    elif has brew; then
        say "installing $what (brew install $brew)"
        # shellcheck disable=SC2086
        brew install --quiet $brew
    else
        say "$what is missing, and there is neither apt-get nor brew to install it with"
        return 1
    fi
}

required() {
    install "$@" || {
        say "$1 is needed: install it and run this again"
        exit 1
    }
}

optional() {
    install "$@" || say "going on without $1; what needs it is skipped and says so"
}

has cargo || {
    say 'Rust is needed: see https://rustup.rs'
    exit 1
}
has cc || if [ "$(uname)" = Darwin ]; then
    say 'a C compiler is needed: run `xcode-select --install`, then this again'
    exit 1
else
    required 'a C compiler' 'gcc libc6-dev' gcc
fi
has_postgres || required Postgres postgresql postgresql@18

[ "$purpose" = test ] || exit 0

if ! has cargo-nextest; then
    say 'installing cargo-nextest (cargo install --locked cargo-nextest)'
    # Its own target folder would be thrown away; ours has many of the same crates only with other features.
    cargo install --quiet --locked cargo-nextest || say 'cargo-nextest could not be built; cargo test will do'
fi
{ has node && has npm; } || optional Node 'nodejs npm' node
[ -n "$(browser)" ] || optional Chromium chromium '--cask google-chrome'
[ -n "$(pgbouncer)" ] || optional PgBouncer pgbouncer pgbouncer
[ "$(uname)" != Linux ] || has valgrind || optional valgrind 'valgrind libc6-dbg' valgrind
has_pgvector || optional pgvector "postgresql-$(debian_postgres)-pgvector" pgvector
