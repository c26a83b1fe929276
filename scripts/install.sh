# Installs what is missing, through the system's package manager. Sourced by the other scripts; POSIX shell.

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Runs a command as root, if there is a way that asks nothing in a pipe.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        sudo "$@"
    else
        return 1
    fi
}

# package_manager: the one this system has, or nothing.
package_manager() {
    for manager in apt-get dnf apk brew; do
        if command -v "$manager" >/dev/null 2>&1; then
            echo "$manager"
            return
        fi
    done
}

# packages_of NEED MANAGER: what to install for it.
packages_of() {
    case "$1/$2" in
        postgresql/apt-get) echo postgresql ;;
        postgresql/dnf) echo postgresql-server postgresql-contrib ;;
        postgresql/apk) echo postgresql postgresql-contrib ;;
        postgresql/brew) echo postgresql@17 ;;
        compiler/apt-get) echo build-essential ;;
        compiler/dnf) echo gcc make ;;
        compiler/apk) echo build-base ;;
        compiler/brew) ;;
        redis/apt-get) echo redis-server ;;
        redis/dnf) echo valkey ;;
        redis/apk | redis/brew) echo redis ;;
        chromium/brew) echo --cask chromium ;;
        chromium/*) echo chromium ;;
        avif/apt-get) echo libavif-bin ;;
        avif/dnf) echo libavif-tools ;;
        avif/apk) echo libavif-apps ;;
        avif/brew) echo libavif ;;
        headless/apt-get) echo chromium-headless-shell ;;
        node/apt-get | node/apk) echo nodejs npm ;;
        node/dnf) echo nodejs ;;
        node/brew) echo node ;;
    esac
}

# provide NEED WHAT_FOR: installs it, or says exactly what to install and ends.
# shellcheck disable=SC2086 # $packages is a list
provide() {
    manager=$(package_manager)
    packages=$(packages_of "$1" "$manager")
    if [ -z "$manager" ] || [ -z "$packages" ]; then
        stop "$2 is missing, and this script does not know how to install it here. Please install $2 and run this again."
    fi
    say "Installing $2: $manager install $packages"
    case "$manager" in
        apt-get)
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null 2>&1 ||
                { as_root apt-get update -qq &&
                    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null; }
            ;;
        dnf) as_root dnf install -y -q $packages ;;
        apk) as_root apk add -q $packages ;;
        brew) brew install -q $packages ;;
    esac || stop "$2 is missing and could not be installed without your help. Please run:

    sudo $manager install $packages

and then this again."
}

# Prints the folder of PostgreSQL's programs, 15 or newer. Souk itself looks in the same places.
find_postgresql() {
    for program in $(command -v postgres || true) /usr/lib/postgresql/*/bin/postgres /usr/libexec/postgresql*/postgres \
        /usr/pgsql-*/bin/postgres /opt/homebrew/opt/postgresql*/bin/postgres /usr/local/opt/postgresql*/bin/postgres; do
        [ -x "$program" ] || continue
        major=$("$program" --version 2>/dev/null | sed -n 's/.*(PostgreSQL) \([0-9]*\).*/\1/p')
        if [ "${major:-0}" -ge 15 ]; then
            dirname "$program"
            return
        fi
    done
    return 1
}

find_chromium() {
    if [ -n "${CHROMIUM:-}" ]; then
        echo "$CHROMIUM"
        return
    fi
    for program in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$program" && return
    done
    for program in "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        if [ -x "$program" ]; then
            echo "$program"
            return
        fi
    done
    return 1
}

need_rust() {
    if ! command -v cargo >/dev/null 2>&1; then
        # A fresh installation is not in the search path of a shell that was open before.
        # shellcheck disable=SC1091
        [ -f "$HOME/.cargo/env" ] && . "$HOME/.cargo/env"
    fi
    command -v cargo >/dev/null 2>&1 || stop "Rust is missing. Please install it from https://rustup.rs:

    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh

and then run this again in a new shell. The right version is chosen by rust-toolchain.toml."
    command -v cc >/dev/null 2>&1 || provide compiler "a C compiler"
}

need_postgresql() {
    find_postgresql >/dev/null || provide postgresql "PostgreSQL"
    find_postgresql >/dev/null || stop "The installed PostgreSQL is older than 15. Please install a newer one:
https://www.postgresql.org/download/"
}

# Redis is nobody's need: without it the tests about it say that they are skipped.
want_redis() {
    command -v redis-server >/dev/null 2>&1 || command -v valkey-server >/dev/null 2>&1 || (provide redis "Redis") ||
        say "Redis is missing: the tests about it are skipped."
}

# Nor is AVIF: without an encoder smaller pictures are WebP alone.
want_avif() {
    command -v avifenc >/dev/null 2>&1 || (provide avif "an encoder of AVIF") ||
        say "avifenc is missing: smaller pictures are WebP, and not AVIF too."
}

# A build from nothing: whoever has too little room is told so before it breaks off in the middle.
want_room() {
    [ ! -d "${CARGO_TARGET_DIR:-target}/debug/deps" ] || return 0
    free=$(df -Pk . 2>/dev/null | awk 'NR == 2 { print $4 }')
    [ "${free:-8388608}" -ge 8388608 ] || say "Building and testing takes some 8 GB of disk, and $((free / 1048576)) GB are free here."
}

# Temporary files go to memory where 2 GB of it are free: tests write much, nothing of it has to outlive them, and a program that
# is killed loses nothing that PostgreSQL has written. forget_memory gives it back.
work_in_memory() {
    free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
    if [ -z "${TMPDIR:-}" ] && [ "${free:-0}" -ge 2097152 ]; then
        memory=$(mktemp -d /dev/shm/souk.XXXXXX)
        # As root, PostgreSQL runs as another user, who has to get in.
        chmod 755 "$memory"
        TMPDIR=$memory
        export TMPDIR
    fi
}

forget_memory() {
    [ -z "${memory:-}" ] || rm -rf "$memory"
}

need_browser() {
    find_chromium >/dev/null || provide chromium "Chromium"
    CHROMIUM=$(find_chromium) || stop "No Chromium found. Please install it, or set CHROMIUM to its program."
    export CHROMIUM
}

# Chromium without windows shows the same pages for a quarter less time, where the system has it as a package and nobody has
# chosen a browser.
want_headless_browser() {
    [ -z "${CHROMIUM:-}${CHROMIUM_HEADLESS:-}" ] || return 0
    if ! command -v chromium-headless-shell >/dev/null 2>&1; then
        apt-cache show chromium-headless-shell >/dev/null 2>&1 && (provide headless "Chromium without windows") || return 0
    fi
    CHROMIUM_HEADLESS=$(command -v chromium-headless-shell) || return 0
    export CHROMIUM_HEADLESS
}

need_node() {
    command -v npm >/dev/null 2>&1 || provide node "Node.js with npm"
    major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
    [ "$major" -ge 18 ] || stop "Node.js $(node --version) is too old; please install 18 or newer: https://nodejs.org"
}
