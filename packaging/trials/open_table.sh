#!/usr/bin/env bash
# How long a table takes from the program's start to the frame that shows it, beside the command line on the same file, in turns; how long again from the
# file cache after a restart, and from memory; and what the window takes in memory beside the table.
# usage: packaging/trials/open_table.sh TABLE [PROGRAM]
# ROUNDS: how often (5).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
ensure_packages "${WINDOW_PACKAGES[@]}" xvfb
# shellcheck source=common.sh
. "$here/common.sh"
table=$(realpath "$1")
tachograph=$(program "${2:-}")
rounds=${ROUNDS:-5}

open_screen

# Takes the place of its shell, so that the number of the job is that of the program.
window() { exec env -u WAYLAND_DISPLAY DISPLAY=":$number" LIBGL_ALWAYS_SOFTWARE=1 TACHOGRAPH_STARTUP_TRACE=1 "$tachograph" "$@"; }

# shown COUNT: waits until so many tables were shown.
shown() {
    local tries
    for ((tries = 0; tries < 3000; tries++)); do
        if [ "$(grep -ac 'table shown' "$work/messages")" -ge "$1" ]; then return; fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.05
    done
    echo "no table was shown:" >&2
    cat "$work/messages" >&2
    exit 1
}

start() {
    window "$table" >/dev/null 2>"$work/messages" &
    pid=$!
    shown 1
}

told() { grep -a 'table shown' "$work/messages" | sed -n "$1p" | sed "s/.*$2 \([0-9.]*\) ms.*/\1/"; }
resident() { awk '/^VmRSS/ { print int($2 / 1000) }' "/proc/$pid/status"; }
median_of() { sort -n "$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

mkdir -p "$TACHOGRAPH_HOME"
echo '(tab: Some("Data"))' >"$TACHOGRAPH_HOME/recent.ron"
window >/dev/null 2>"$work/messages" &
pid=$!
sleep 4
empty=$(resident)
close
for ((round = 0; round < rounds; round++)); do
    rm -rf "$TACHOGRAPH_HOME"
    before=$(date +%s%N)
    "$tachograph" optimize "$table" --quiet --json >"$work/report"
    echo $((($(date +%s%N) - before) / 1000000)) >>"$work/command"
    rm -rf "$TACHOGRAPH_HOME"
    start
    told 1 after >>"$work/cold"
    sleep 3
    resident >>"$work/resident"
    # The file goes to the window that is open.
    (window "$table")
    shown 2
    told 2 'opened in' >>"$work/memory"
    close
    start
    told 1 after >>"$work/restart"
    told 1 'opened in' >>"$work/file"
    close
done
held=$(sed 's/.*"after_bytes":\([0-9]*\).*/\1/' "$work/report")
echo "command line, cold: $(median_of "$work/command") ms"
echo "window, from its start to the table, cold: $(median_of "$work/cold") ms"
echo "again after a restart: $(median_of "$work/restart") ms, of which opening $(median_of "$work/file") ms"
echo "again in the same window, from memory: opening $(median_of "$work/memory") ms"
echo "resident with the table: $(median_of "$work/resident") MB, of which the table $((held / 1000000)) MB; without one: $empty MB"
