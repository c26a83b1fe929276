#!/bin/sh
# make demo: installs what is missing, builds, and runs the demo store. Arguments go to `souk demo`.
set -eu
cd "$(dirname "$0")/.."
. scripts/install.sh

# With DATABASE_URL the demo runs on that server and needs none of its own.
[ -n "${DATABASE_URL:-}" ] || need_postgresql
need_rust

program="${CARGO_TARGET_DIR:-target}/release/souk"
[ -x "$program" ] || say "Building Souk. The first time takes some minutes."
cargo build --release --locked --package souk
exec "$program" demo "$@"
