#!/bin/sh
# make demo: installs what is missing, builds, and runs the demo store. Arguments go to `souk demo`.
set -eu
cd "$(dirname "$0")/.."
. scripts/install.sh

# With DATABASE_URL the demo runs on that server and needs none of its own.
[ -n "${DATABASE_URL:-}" ] || need_postgresql
need_rust

# Not the release build: that takes much longer, and the demo's pages come in 10 ms either way.
program="${CARGO_TARGET_DIR:-target}/debug/souk"
if [ ! -x "$program" ]; then
    want_avif
    say "Building Souk. The first time takes some minutes."
fi
cargo build --locked --package souk
exec "$program" demo "$@"
