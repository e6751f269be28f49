#!/usr/bin/env bash
# What the window costs on a machine without a graphics card, on a screen of its own: time from start to the first frame, and what it takes of a
# processor and of memory while nobody touches it, on the two live pages, of which the first start shows Overview, and on a page where nothing is live.
# usage: packaging/trials/idle_cost.sh [PROGRAM] [arguments of tachograph…]
# STARTS: how many starts (7). SETTLE, SPAN: seconds of rest, and of counting (8 and 20). PICTURES: a folder for a picture of each page (needs ImageMagick).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
ensure_packages "${WINDOW_PACKAGES[@]}" xvfb
# shellcheck source=common.sh
. "$here/common.sh"
tachograph=$(program "${1:-}")
shift || true
settle=${SETTLE:-8} span=${SPAN:-20} starts=${STARTS:-7}

open_screen

# open PAGE [arguments…]: starts the window with that page in front, and waits for its first frame.
open() {
    local page=$1 tries
    shift
    mkdir -p "$TACHOGRAPH_HOME"
    echo "(tab: Some(\"$page\"))" >"$TACHOGRAPH_HOME/recent.ron"
    env -u WAYLAND_DISPLAY DISPLAY=":$number" LIBGL_ALWAYS_SOFTWARE=1 TACHOGRAPH_STARTUP_TRACE=1 "$tachograph" "$@" >/dev/null 2>"$work/messages" &
    pid=$!
    for ((tries = 0; tries < 600; tries++)); do
        if grep -aq 'first frame' "$work/messages"; then return; fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.05
    done
    echo "there is no window:" >&2
    cat "$work/messages" >&2
    exit 1
}

# Fields 14 and 15 of /proc/PID/stat: time in the program and in the system for it, in ticks; the name before them may hold spaces.
ticks() { sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }'; }

# rest PAGE [arguments…]: what it takes while nobody touches it.
rest() {
    local page=$1 before after start end
    open "$@"
    sleep "$settle"
    before=$(ticks) start=$(date +%s%N)
    sleep "$span"
    after=$(ticks) end=$(date +%s%N)
    awk -v page="$page" -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" -v ns=$((end - start)) \
        '/^VmRSS/ { rss = $2 * 1024 / 1e6 } /^VmHWM/ { peak = $2 * 1024 / 1e6 } /^Threads/ { threads = $2 }
         END { printf "%-10s %.2f %% of one core, %.0f MB (at most %.0f), %d threads\n", page ":", 100 * t / hz / (ns / 1e9), rss, peak, threads }' "/proc/$pid/status"
    if [ -n "${PICTURES:-}" ]; then
        mkdir -p "$PICTURES"
        DISPLAY=":$number" import -window root "$PICTURES/$page.png"
    fi
    close
}

for ((n = 0; n <= starts; n++)); do
    open Overview "$@"
    # The first start fills the system's file cache and does not count.
    [ "$n" -eq 0 ] || sed -n 's/first frame after \([0-9]*\) ms/\1/p' "$work/messages" >>"$work/starts"
    [ "$n" -gt 0 ] || grep -a 'drawn with' "$work/messages"
    close
done
sort -n "$work/starts" | awk '{ v[NR] = $1 } END { printf "first frame: %d ms after start (median of %d, %d to %d)\n", v[int((NR + 1) / 2)], NR, v[1], v[NR] }'
rest Overview "$@"
rest Monitor "$@"
rest Settings "$@"
