#!/bin/sh
# Makes a database on the first start, then becomes the server.
set -e
bin=/usr/lib/postgresql/15/bin
data=${PGDATA:-/var/lib/postgresql/data}

case "$1" in
postgres | -*) ;;
*) exec "$@" ;;
esac
[ "$1" = postgres ] && shift

mkdir -p "$data" /var/run/postgresql
chown -R postgres:postgres "$data" /var/run/postgresql
chmod 700 "$data"

as_postgres() {
    su postgres -s /bin/sh -c 'exec "$0" "$@"' -- "$@"
}

if [ ! -s "$data/PG_VERSION" ]; then
    if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
        cat >&2 <<'TEXT'
Error: the database has not been made yet and there is no password for its superuser.
       Set POSTGRES_PASSWORD to a value that is not empty, for example
       "-e POSTGRES_PASSWORD=secret" on "docker run".
       POSTGRES_HOST_AUTH_METHOD=trust allows every connection without a password; do not use it.
TEXT
        exit 1
    fi
    user=${POSTGRES_USER:-postgres}
    printf '%s\n' "$POSTGRES_PASSWORD" >/tmp/password
    chown postgres /tmp/password
    chmod 600 /tmp/password
    password=
    [ -n "$POSTGRES_PASSWORD" ] && password=--pwfile=/tmp/password
    # shellcheck disable=SC2086
    as_postgres $bin/initdb -D "$data" -U "$user" -E UTF8 --no-locale --auth-local=trust \
        --auth-host=scram-sha-256 $password
    rm -f /tmp/password
    echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$data/pg_hba.conf"
    database=${POSTGRES_DB:-$user}
    if [ "$database" != postgres ]; then
        echo "CREATE DATABASE \"$database\";" >/tmp/first.sql
        chmod 644 /tmp/first.sql
        as_postgres $bin/postgres --single -D "$data" postgres </tmp/first.sql
        rm -f /tmp/first.sql
    fi
    echo
    echo "PostgreSQL init process complete; ready for start up."
    echo
fi
exec setpriv-run "$bin/postgres" -D "$data" -c listen_addresses='*' "$@"
