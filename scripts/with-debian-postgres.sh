#!/usr/bin/env bash
# Runs a command on a throw-away PostgreSQL of Debian's package, which is older than the embedded
# one. HOOKTRAIL_TEST_DATABASE_URL is its address, HOOKTRAIL_TEST_POSTGRES_BIN the folder of its
# programs, for tests that start their own server:
#   scripts/with-debian-postgres.sh npx vitest run server/src/sql
set -euo pipefail

bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
  echo "Debian's PostgreSQL is not installed: apt-get install postgresql" >&2
  exit 1
fi
folder=$(mktemp -d)

# PostgreSQL refuses to run as root; the package creates an account for it.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi

stop() {
  as_postgres "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop || true
  rm -rf "$folder"
}
trap stop EXIT

as_postgres "$bin/initdb" -D "$folder/data" -U hooktrail --auth=trust --encoding=UTF8 --locale=C -N >/dev/null
as_postgres "$bin/pg_ctl" -D "$folder/data" -s -w -l "$folder/log" \
  -o "-c listen_addresses= -c unix_socket_directories=$folder -c max_connections=300 -c fsync=off -c jit=off" start

export HOOKTRAIL_TEST_POSTGRES_BIN=$bin
HOOKTRAIL_TEST_DATABASE_URL="postgresql://hooktrail@${folder//\//%2F}:5432/postgres" "$@"
