#!/usr/bin/env bash
# What watching the machine costs: `tachograph monitor` beside btop with the same processes, a few and about 1,000, in percent of one core.
# usage: packaging/trials/monitor_cost.sh [PROGRAM]
# SPAN: seconds of counting (30). PROCESSES: how many there are in the second part (1000).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=common.sh
. "$here/common.sh"
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
ensure_packages btop bsdutils procps
tachograph=$(program "${1:-}")
span=${SPAN:-30} many=${PROCESSES:-1000}

# Fields 14 and 15 of /proc/PID/stat: time in the program and in the system for it, in ticks; the name before them may hold spaces.
ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }
# cost NAME PID: waits for it to settle, then counts.
cost() {
    local before after
    sleep 4
    before=$(ticks "$2")
    sleep "$span"
    after=$(ticks "$2")
    awk -v n="$1" -v t=$((after - before)) -v s="$span" -v h="$(getconf CLK_TCK)" -v p="$(find /proc -maxdepth 1 -name '[0-9]*' | wc -l)" \
        'BEGIN { printf "%-34s %5d processes %8.2f %% of a core\n", n, p, t / h / s * 100 }'
}
ours() { # INTERVAL
    "$tachograph" monitor --duration 3600 --interval "$1" --processes 40 --json >/dev/null &
    pid=$!
    cost "tachograph monitor --interval $1" "$pid"
    close
}
theirs() {
    # It draws only where there is a terminal.
    TERM=xterm-256color script -qfc 'stty rows 50 cols 160; exec btop --utf-force -p 0' /dev/null >/dev/null 2>&1 </dev/null &
    pid=$!
    sleep 2
    cost 'btop, every 1000' "$(pgrep -n -x btop)"
    pkill -x btop || true
    close
}
mkdir -p "$work/config/btop"
printf 'update_ms = 1000\n' >"$work/config/btop/btop.conf"
export XDG_CONFIG_HOME=$work/config
round() {
    ours 1000
    theirs
    ours 100
}
round
sleepers=()
for ((n = $(find /proc -maxdepth 1 -name '[0-9]*' | wc -l); n < many; n++)); do
    sleep 3600 &
    sleepers+=($!)
done
trap 'kill "${sleepers[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
round
