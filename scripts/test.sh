#!/bin/sh
# make test: installs what tests need, then formatting, lints, tidy, all Rust tests and the browser tests. Stops at the
# first stage that fails.
set -eu
cd "$(dirname "$0")/.."
. scripts/install.sh

target="${CARGO_TARGET_DIR:-target}"
began=$(date +%s)
stage() { say "== $* ($(($(date +%s) - began)) s)"; }

# The tests share one PostgreSQL, which outlives each test process; it is stopped here and goes altogether, for it may lie in
# memory, and below a folder that PostgreSQL's user cannot enter it was placed elsewhere.
stop_test_postgresql() {
    folder=$(cd "$target/test-postgres" 2>/dev/null && pwd -P) || return 0
    cluster=$(cd "$folder/postgres" 2>/dev/null && pwd -P) || cluster="$folder/postgres"
    if id=$(head -n 1 "$cluster/postmaster.pid" 2>/dev/null); then
        case "$( (tr '\0' ' ' <"/proc/$id/cmdline") 2>/dev/null || ps -o command= -p "$id" 2>/dev/null)" in
            *postgres*"-D $cluster "*) kill -INT "$id" 2>/dev/null || true ;;
            *) id= ;;
        esac
        while [ -n "$id" ] && [ -e "$cluster/postmaster.pid" ] && kill -0 "$id" 2>/dev/null; do sleep 0.1; done
    fi
    [ ! -L "$folder/postgres" ] || rm -rf "$(dirname "$cluster")"
    rm -rf "$folder" "$target/test-postgres"
}
trap 'stop_test_postgresql; forget_memory' EXIT
trap 'exit 130' INT TERM HUP

stage "what the tests need"
need_rust
want_room
[ -n "${TEST_DATABASE_URL:-}" ] || need_postgresql
want_redis
want_avif
need_node
want_headless_browser
need_browser

stage "formatting"
cargo fmt --all --check

stage "tidy"
cargo xtask tidy

stage "lints"
# `-- -D warnings` would check everything once more, apart from what developers have checked already.
said=$(cargo clippy --workspace --all-targets --locked --quiet 2>&1) || stop "$said"
case "$said" in
    *warning*) stop "$said" ;;
esac
if command -v cargo-deny >/dev/null 2>&1; then
    cargo deny --offline check bans licenses sources
fi

stage "Rust tests"
# What a run that was killed left behind.
stop_test_postgresql
work_in_memory
# Whether a change is right is not to depend on chance; `cargo test` by hand draws new cases for the properties each time.
PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-1}"
export PROPTEST_RNG_SEED
if command -v cargo-nextest >/dev/null 2>&1; then
    # One more than there are processors: tests wait for PostgreSQL now and then.
    at_once=$(($(getconf _NPROCESSORS_ONLN) + 1))
    cargo nextest run --workspace --locked --no-fail-fast --cargo-quiet --status-level fail --test-threads "$at_once"
    # shellcheck disable=SC2046 # a list
    cargo test --doc --locked --quiet $(cargo --quiet xtask examples | sed 's/^/--package=/')
else
    cargo test --workspace --locked --quiet --no-fail-fast
fi

stage "browser tests"
cargo build --locked --quiet --package souk
(
    cd e2e
    export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
    [ -n "$(find node_modules/.package-lock.json -newer package-lock.json 2>/dev/null)" ] || npm ci --no-audit --no-fund --loglevel=error
    E2E_SOUK="$(cd .. && cd "$target" && pwd)/debug/souk" npx --no-install playwright test
)
stage "everything passed"
