#!/bin/sh
# make torture: the tests that try hard, each for FOR seconds (300) from SEED (a new one). Each prints the seed of every round;
# SEED= plays it again.
set -eu
cd "$(dirname "$0")/.."
. scripts/install.sh

need_rust
[ -n "${TEST_DATABASE_URL:-}" ] || need_postgresql

trap forget_memory EXIT
trap 'exit 130' INT TERM HUP
work_in_memory

TORTURE_SECONDS="${FOR:-300}"
SEED="${SEED:-$(date +%s)}"
export TORTURE_SECONDS SEED
say "each test for $TORTURE_SECONDS s, from SEED=$SEED"
cargo test --locked --quiet --package journeys torture -- --nocapture
cargo test --locked --quiet --package souk --test crashes -- --nocapture
