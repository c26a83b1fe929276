#!/bin/sh
# make lighthouse, make screenshots: one of the measures of e2e against a demo store of its own. E2E_URL= and
# E2E_ADMIN_PASSWORD= name a store that runs instead; SHOTS=guest,customer,merchant,indonesian chooses pictures.
set -eu
cd "$(dirname "$0")/.."
. scripts/install.sh

need_rust
need_postgresql
need_node
need_browser

target="${CARGO_TARGET_DIR:-target}"
[ -n "${E2E_URL:-}" ] || cargo build --locked --quiet --package souk
E2E_SOUK="$(cd "$target" && pwd)/debug/souk"
export E2E_SOUK PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
cd e2e
for folder in . measures; do
    (
        cd "$folder"
        [ -n "$(find node_modules/.package-lock.json -newer package-lock.json 2>/dev/null)" ] || npm ci --no-audit --no-fund --loglevel=error
    )
done
exec npx --no-install playwright test --config measures.config.ts "$1"
