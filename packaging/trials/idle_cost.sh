#!/usr/bin/env bash
# What the window costs while nobody touches it: starts it on a screen of its own, drawn in software, lets it settle for 10 s and adds up its
# processor time over 30 s. Prints the time to the first frame, the share of one core, memory and threads.
# usage: packaging/trials/idle_cost.sh [PROGRAM] [arguments of tachograph…]
# SETTLE, SPAN: the two times in seconds. PICTURE: where to put a picture of the screen in the end (needs ImageMagick).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
ensure_packages "${WINDOW_PACKAGES[@]}" xvfb
# shellcheck source=common.sh
. "$here/common.sh"
tachograph=$(program "${1:-}")
shift || true
settle=${SETTLE:-10} span=${SPAN:-30}

screen_pid='' pid=''
finish() {
    if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; fi
    if [ -n "$screen_pid" ]; then kill "$screen_pid" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap finish EXIT
mkfifo "$work/number"
Xvfb -displayfd 3 -screen 0 1280x800x24 +extension GLX -nolisten tcp 3>"$work/number" >/dev/null 2>&1 &
screen_pid=$!
read -r number <"$work/number"

env -u WAYLAND_DISPLAY DISPLAY=":$number" LIBGL_ALWAYS_SOFTWARE=1 TACHOGRAPH_STARTUP_TRACE=1 "$tachograph" "$@" >/dev/null 2>"$work/messages" &
pid=$!
# Fields 14 and 15 of /proc/PID/stat: time in the program and in the system for it, in ticks; the name before them may hold spaces.
ticks() { sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }'; }
sleep "$settle"
if ! kill -0 "$pid" 2>/dev/null; then
    echo "the program ended while starting:" >&2
    cat "$work/messages" >&2
    exit 1
fi
before=$(ticks) start=$(date +%s%N)
sleep "$span"
after=$(ticks) end=$(date +%s%N)
grep -a 'first frame' "$work/messages" || echo "first frame: not available"
awk -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" -v ns=$((end - start)) 'BEGIN { printf "idle: %.2f %% of one core over %.1f s\n", 100 * t / hz / (ns / 1e9), ns / 1e9 }'
awk '/^VmRSS|^VmHWM|^Threads/ { printf "%s %s %s  ", $1, $2, $3 } END { print "" }' "/proc/$pid/status"
if [ -n "${PICTURE:-}" ]; then DISPLAY=":$number" import -window root "$PICTURE"; fi
