#!/usr/bin/env bash
# Takes the pictures of the README: each tab, empty and full, dark and light, on a screen of its own drawn in software.
# usage: packaging/screenshots.sh [PROGRAM] [FOLDER]        (release build; assets/screenshots)
# SIZE: of the window (1280x800). SCALE: of everything in it (1).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=linux/setup.sh
. "$here/linux/setup.sh"
ensure_packages "${WINDOW_PACKAGES[@]}" xvfb xdotool imagemagick
program=$(realpath "${1:-${CARGO_TARGET_DIR:-$here/../target}/release/tachograph}")
folder=${2:-$here/../assets/screenshots} size=${SIZE:-1280x800}
mkdir -p "$folder"
work=$(mktemp -d)
pid='' screen_pid=''
finish() {
    kill $pid $screen_pid 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
mkfifo "$work/number"
Xvfb -displayfd 3 -screen 0 "${size}x24" +extension GLX -nolisten tcp 3>"$work/number" >/dev/null 2>&1 &
screen_pid=$!
read -r number <"$work/number"
export DISPLAY=:$number LIBGL_ALWAYS_SOFTWARE=1 WINIT_X11_SCALE_FACTOR=${SCALE:-1}

# start THEME FILE…: opens the window and waits until it is there and its files are open.
start() {
    local theme=$1
    shift
    export TACHOGRAPH_HOME=$work/home
    rm -rf "$TACHOGRAPH_HOME"
    mkdir "$TACHOGRAPH_HOME"
    printf '(theme: %s)\n' "$theme" >"$TACHOGRAPH_HOME/settings.ron"
    start_again "$@"
}
# start_again FILE…: the same with what the last run has left.
start_again() {
    "$program" "$@" >/dev/null 2>"$work/said" &
    pid=$!
    window=$(xdotool search --sync --onlyvisible --name '^Tachograph$' | head -1)
    xdotool windowsize "$window" "${size%x*}" "${size#*x}" windowmove "$window" 0 0 windowfocus "$window" 2>/dev/null || true
    sleep 3
}
stop() {
    kill "$pid"
    wait "$pid" 2>/dev/null || true
    pid=''
}
# shot KEYS NAME [SECONDS]: presses keys, waits, takes the picture.
shot() {
    xdotool key --window "$window" "$1"
    xdotool mousemove "$((${size%x*} - 1))" "$((${size#*x} - 1))"
    sleep "${3:-2}"
    import -window root "$work/shot.png"
    # Few colours: a third of the size, and nothing to be seen of it.
    convert "$work/shot.png" -strip -colors 256 "PNG8:$folder/$2.png"
}

sample=$here/../assets/samples
for theme in Dark Light; do
    look=${theme,,}
    start "$theme"
    shot ctrl+1 "overview-empty-$look"
    shot ctrl+3 "data-empty-$look"
    shot ctrl+4 "profiles-empty-$look"
    shot ctrl+5 "cache-empty-$look"
    stop
    # Each file twice, so that the cache has something to tell.
    start "$theme" "$sample/sample.pb.gz" "$sample/bills-sample.xlsx"
    stop
    start_again "$sample/sample.pb.gz" "$sample/bills-sample.xlsx"
    shot ctrl+3 "data-$look"
    shot ctrl+4 "profiles-$look"
    shot ctrl+5 "cache-$look" 4
    shot ctrl+2 "monitor-$look" "${MONITOR_SECONDS:-60}"
    shot ctrl+1 "overview-$look" 4
    stop
done
ls "$folder"
