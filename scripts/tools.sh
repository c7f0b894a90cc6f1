# Where the programs are that the scripts use; to be sourced.

has() { command -v "$1" >/dev/null 2>&1; }

# Whether there is a Postgres where the engine looks for one (engine/src/private_postgres/programs.rs).
has_postgres() {
    local folder
    for folder in "${ONEFOLD_PG_BIN:-/nowhere}" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
        /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin \
        /home/linuxbrew/.linuxbrew/opt/postgresql@*/bin /Applications/Postgres.app/Contents/Versions/*/bin; do
        if [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ]; then return 0; fi
    done
    has postgres && has initdb
}

# Where cargo puts what it builds; takes options of `cargo metadata`.
target_directory() {
    cargo metadata --format-version 1 --no-deps "$@" | sed -E 's/.*"target_directory":"([^"]*)".*/\1/'
}

# The path of Chromium or Chrome; nothing when there is neither.
browser() {
    local program
    for program in "${ONEFOLD_BROWSER:-}" chromium chromium-browser google-chrome google-chrome-stable \
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' \
        /Applications/Chromium.app/Contents/MacOS/Chromium; do
        if [ -n "$program" ] && has "$program"; then
            command -v "$program"
            return 0
        fi
    done
}

# The path of PgBouncer, which is not on everybody's PATH on Debian; nothing when there is none.
pgbouncer() {
    local program
    for program in "${ONEFOLD_PGBOUNCER:-}" pgbouncer /usr/sbin/pgbouncer; do
        if [ -n "$program" ] && [ -n "$(type -P "$program")" ]; then
            type -P "$program"
            return 0
        fi
    done
}

# Whether there is the Chinook database's script where the tests look for it (tests/tests/cases/chinook.rs).
has_chinook() { [ -f "${ONEFOLD_CHINOOK:-../shared/data/chinook.sql}" ]; }

# The major version of the newest Postgres of Debian's packages; nothing when there is none.
debian_postgres() { find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort -n | tail -n 1; }

# Whether a Postgres has the extension pgvector: the one that ONEFOLD_PG_BIN names, or else that of Debian's packages, or else
# the one that `pg_config` is of.
has_pgvector() {
    local version folder
    version=$(debian_postgres)
    if [ -z "${ONEFOLD_PG_BIN:-}" ] && [ -n "$version" ]; then
        folder=/usr/share/postgresql/$version
    else
        folder=$("${ONEFOLD_PG_BIN:+$ONEFOLD_PG_BIN/}pg_config" --sharedir 2>/dev/null) || return 1
    fi
    [ -f "$folder/extension/vector.control" ]
}
