#!/bin/sh
# make bench: builds the release programs and measures them beside the floors of this machine. Arguments go to `bench`.
set -eu
cd "$(dirname "$0")/.."
. scripts/install.sh

need_rust
need_postgresql
PATH="$(find_postgresql):$PATH"
export PATH

target="${CARGO_TARGET_DIR:-target}"
say "Building Souk for release. The first time takes many minutes."
cargo build --locked --release --package souk --package bench
exec "$target/release/bench" --souk "$target/release/souk" --folder "$target/bench" "$@"
