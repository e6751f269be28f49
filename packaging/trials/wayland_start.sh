#!/usr/bin/env bash
# Starts the program under Wayland, in Weston without a screen, and checks that its window is there under its own id and that something is drawn in it.
# usage: packaging/trials/wayland_start.sh [PROGRAM] [PICTURE.png] [arguments of tachograph…]
# WESTON: how Weston draws, --use-pixman (the default) or --use-gl.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
ensure_packages "${WINDOW_PACKAGES[@]}" weston imagemagick
# shellcheck source=common.sh
. "$here/common.sh"
tachograph=$(program "${1:-}") picture=$(realpath -m "${2:-/dev/null}")
shift $(($# < 2 ? $# : 2))

weston_pid='' pid=''
finish() {
    if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; fi
    if [ -n "$weston_pid" ]; then
        kill "$weston_pid" 2>/dev/null || true
        wait "$weston_pid" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT
fail() {
    echo "$*" >&2
    exit 1
}
export XDG_RUNTIME_DIR=$work/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
weston --backend=headless-backend.so "${WESTON:---use-pixman}" --width=1400 --height=900 --socket=tachograph-trial --idle-time=0 --debug --no-config \
    >"$work/weston" 2>&1 &
weston_pid=$!
for _ in $(seq 1 50); do
    if [ -S "$XDG_RUNTIME_DIR/tachograph-trial" ]; then break; fi
    sleep 0.1
done
if [ ! -S "$XDG_RUNTIME_DIR/tachograph-trial" ]; then
    tail -5 "$work/weston" >&2
    fail "Weston does not start."
fi
export WAYLAND_DISPLAY=tachograph-trial
weston --version
# shot NAME: a picture of Weston's screen.
shot() {
    (cd "$work" && timeout 20 weston-screenshooter)
    mv "$(find "$work" -maxdepth 1 -name 'wayland-screenshot*.png')" "$work/$1.png"
}
sleep 1
shot empty

env -u DISPLAY LIBGL_ALWAYS_SOFTWARE=1 WAYLAND_DEBUG=1 TACHOGRAPH_STARTUP_TRACE=1 "$tachograph" "$@" >/dev/null 2>"$work/said" &
pid=$!
for _ in $(seq 1 60); do
    if grep -aq 'first frame' "$work/said" || ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.5
done
# What it says beside the protocol.
messages() { grep -av '^\[ *[0-9.]*\]' "$work/said" || true; }
if ! kill -0 "$pid" 2>/dev/null; then
    messages >&2
    fail "The program ended while starting."
fi
grep -a 'first frame' "$work/said" || { messages >&2; fail "No frame was painted within 30 s."; }
id=$(grep -aom1 'set_app_id("[^"]*")' "$work/said" || true)
echo "${id:-no app id}"
[ "$id" = 'set_app_id("org.tachograph.Tachograph")' ] || fail "The window's id is not that of the menu entry."
sleep 3
shot window
if [ "$picture" != /dev/null ]; then cp "$work/window.png" "$picture"; fi
echo "colours: $(identify -format %k "$work/window.png")"
# The program's ground is dark, Weston's is not: most of the screen has to be another one now.
changed=$(compare -metric AE "$work/empty.png" "$work/window.png" null: 2>&1 || true)
changed=$(awk -v pixels="${changed%% *}" 'BEGIN { printf "%d", 100 * pixels / 1400 / 900 }')
echo "of the screen changed: $changed %"
if [ "$changed" -lt 60 ]; then fail "The window cannot be seen."; fi
kill "$pid"
code=0
wait "$pid" || code=$?
pid=''
if messages | grep -aqi panicked; then fail "The program broke down."; fi
echo "ended with $code after SIGTERM"
