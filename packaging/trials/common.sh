# Sourced by the trials. shellcheck shell=bash
# Each trial works in a folder of its own, with settings and cache of its own, and removes them in the end.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TACHOGRAPH_HOME=$work/home

# The program to try: the argument, or the release build.
program() {
    local found=${1:-${CARGO_TARGET_DIR:-$HOME/.cache/tachograph-target}/release/tachograph}
    if [ ! -x "$found" ]; then
        echo "There is no program $found; build it with: cargo build --release" >&2
        exit 1
    fi
    realpath "$found"
}

# measure NAME COMMAND…: adds a line "seconds megabytes" to $work/NAME.
measure() {
    local name=$1
    shift
    if ! /usr/bin/time -f '%e %M' -o "$work/time" "$@" >"$work/$name.out" 2>"$work/$name.err"; then
        echo "$name failed:" >&2
        tail -5 "$work/$name.err" >&2
        exit 1
    fi
    awk '{ printf "%s %.1f\n", $1, $2 / 1024 }' "$work/time" | tail -1 >>"$work/$name"
}

# median NAME COLUMN
median() {
    awk -v c="$2" '{ print $c }' "$work/$1" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# report OURS NAME…: a table with the ratio of each to OURS.
report() {
    local ours=$1 name
    printf '%-22s %10s %12s %14s %14s\n' what 'seconds' 'peak MB' 'time / ours' 'memory / ours'
    for name in "$@"; do
        awk -v n="$name" -v s="$(median "$name" 1)" -v m="$(median "$name" 2)" -v os="$(median "$ours" 1)" -v om="$(median "$ours" 2)" \
            'BEGIN { printf "%-22s %10.2f %12.1f %14.2f %14.2f\n", n, s, m, (os > 0 ? s / os : 0), (om > 0 ? m / om : 0) }'
    done
}

# open_screen: starts a screen that nobody sees and sets $number to its number; `close_screen` ends it, and the window of $pid.
screen_pid='' pid=''
open_screen() {
    mkfifo "$work/number"
    Xvfb -displayfd 3 -screen 0 1280x800x24 +extension GLX -nolisten tcp 3>"$work/number" >/dev/null 2>&1 &
    screen_pid=$!
    read -r number <"$work/number"
    trap 'close_screen; rm -rf "$work"' EXIT
}

# close: ends the window of $pid, when there is one.
close() {
    [ -n "$pid" ] || return 0
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    pid=''
}

close_screen() {
    close
    if [ -n "$screen_pid" ]; then kill "$screen_pid" 2>/dev/null || true; fi
}
