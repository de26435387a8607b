# What tests/run and tests/faults/run share: finding cargo, and servers of their own. The caller sets `work`, a directory
# that others may enter, and calls end_server for each of `servers` in the end.

servers=()

die() {
    echo "$0: $*" >&2
    exit 1
}

find_cargo() {
    # A job without a login has no HOME, or "/"; rustup and npm need it.
    if [ "${HOME:-/}" = / ]; then
        HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
        export HOME
    fi
    command -v cargo >/dev/null || export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    command -v cargo >/dev/null || die "cargo is missing: install a Rust toolchain first"
}

start_postgres() {
    bin=$(postgres_bin)
    [ -n "$bin" ] || die "PostgreSQL is installed without initdb"
    as_server "$work/postgres"
    "${server[@]}" "$bin/initdb" -D "$work/postgres/data" --username=postgres --auth=trust --encoding=UTF8 \
        --locale=C.UTF-8 --no-sync >"$work/postgres.log"
    # Durability is not what the tests test. No socket: the port is enough.
    start postgres "$bin/postgres" -D "$work/postgres/data" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
        -c max_connections=300 -c fsync=off -c full_page_writes=off -p
    database=postgres://postgres@127.0.0.1:$port/postgres
}

postgres_answers() {
    "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"
}

start_redis() {
    as_server "$work/redis"
    start redis "$(command -v redis-server)" --bind 127.0.0.1 --dir "$work/redis" --save "" --port
    redis=redis://127.0.0.1:$port/
}

redis_answers() {
    [ "$(redis-cli -h 127.0.0.1 -p "$port" ping 2>/dev/null)" = PONG ]
}

# The directory of PostgreSQL's server programs: Debian keeps them out of PATH, one directory for each version.
postgres_bin() {
    local initdb
    initdb=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    [ -x "$initdb" ] || initdb=$(readlink -f "$(command -v initdb)") || return 0
    dirname "$initdb"
}

# Makes a server's directory, and sets `server`: a server runs in it, ends with this script even if that is killed, and
# runs as another user where this is root, whom PostgreSQL refuses.
as_server() {
    mkdir -m 700 "$1"
    server=(env --chdir="$1" --unset=TMPDIR setpriv --pdeathsig=INT)
    [ "$(id -u)" = 0 ] || return 0
    local user=nobody
    ! id postgres >/dev/null 2>&1 || user=postgres
    chown "$user" "$1"
    server+=(--reuid="$user" --regid="$(id -g "$user")" --clear-groups)
}

# start NAME PROGRAM ARGUMENT…: appends a free port to the arguments, and returns when NAME_answers there.
start() {
    local name=$1
    shift
    # A server that ends has met a taken port, and gets another; one that stays silent for a minute has failed.
    for _ in {1..9}; do
        # Below the range from which the kernel gives out ports.
        port=$((16384 + RANDOM % 16384))
        ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue
        setsid "${server[@]}" "$@" "$port" >>"$work/$name.log" 2>&1 </dev/null &
        servers+=("$!")
        for _ in {1..600}; do
            ! "${name}_answers" || return 0
            sleep 0.1
            kill -0 "${servers[-1]}" 2>/dev/null || { end_server && continue 2; }
        done
        break
    done
    tail -n 20 "$work/$name.log" >&2
    die "$1 does not start"
}

end_server() {
    kill -INT "${servers[-1]}" 2>/dev/null || true
    wait "${servers[-1]}" || true
    unset "servers[-1]"
}
