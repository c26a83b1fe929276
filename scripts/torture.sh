#!/bin/sh
# make torture: the tests that try hard, each for FOR seconds (300) from SEED (a new one). Each prints the seed of every round;
# SEED= plays it again. Fails also when one of them tried fewer than LEAST things (one a second): that shows nothing.
set -eu
cd "$(dirname "$0")/.."
. scripts/install.sh

need_rust
[ -n "${TEST_DATABASE_URL:-}" ] || need_postgresql

TORTURE_TALLY="$(mktemp)"
trap 'forget_memory; rm -f "$TORTURE_TALLY"' EXIT
trap 'exit 130' INT TERM HUP
work_in_memory

TORTURE_SECONDS="${FOR:-300}"
SEED="${SEED:-$(date +%s)}"
LEAST="${LEAST:-$TORTURE_SECONDS}"
export TORTURE_SECONDS SEED TORTURE_TALLY
say "each test for $TORTURE_SECONDS s, from SEED=$SEED"
cargo test --locked --quiet --package journeys torture -- --nocapture
cargo test --locked --quiet --package souk --test crashes -- --nocapture

for test in "one variant" "mixed carts" "a model" "an unruly bank" "held money" "crashes"; do
    tried="$(awk -v test="$test" '{ count = $1; sub(/^[0-9]+ /, "") } $0 == test { sum += count } END { print sum + 0 }' "$TORTURE_TALLY")"
    say "$test: $tried attempts"
    [ "$tried" -ge "$LEAST" ] || {
        say "that is fewer than $LEAST"
        exit 1
    }
done
