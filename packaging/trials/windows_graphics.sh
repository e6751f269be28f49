#!/usr/bin/env bash
# What the Windows program does where parts of the graphics are missing, under Wine: draws through wgpu, falls back to OpenGL, and says in a message box that
# nothing draws the window. Wine has no Direct3D 12, so that Vulkan stands for it.
# usage: packaging/trials/windows_graphics.sh tachograph.exe [FOLDER-FOR-PICTURES]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$(realpath "${1:?usage: windows_graphics.sh tachograph.exe [FOLDER-FOR-PICTURES]}") pictures=${2:-}
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
# shellcheck source=../windows/wine.sh
. "$here/../windows/wine.sh"
wine_begin
export TACHOGRAPH_STARTUP_TRACE=1

fail() {
    echo "$*" >&2
    cat "$work/messages" >&2
    exit 1
}

picture() {
    [ -n "$pictures" ] || return 0
    mkdir -p "$pictures"
    import -window root "$pictures/$1.png"
}

# wait_for SECONDS COMMAND…: until the command succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# A home of its own each time: it neither meets an older window nor what that one kept.
start() {
    TACHOGRAPH_HOME=$(winepath -w "$(mktemp -d -p "$work")")
    export TACHOGRAPH_HOME
    wine "$program" "$@" >/dev/null 2>"$work/messages" &
    pid=$!
}

stop() {
    { wineserver -k && wait "$pid"; } 2>/dev/null || true
}

drawn() { grep -aq 'first frame' "$work/messages"; }

# drawn_with NAME WHAT [arguments…]
drawn_with() {
    local name=$1 what=$2
    shift 2
    start "$@"
    wait_for 120 drawn || fail "$what: there is no first frame"
    grep -aq "drawn with $name" "$work/messages" || fail "$what: not drawn with $name"
    sleep 1
    picture "$what"
    stop
    echo "$what: drawn with $name"
}

box() { xwininfo -root -tree | grep -q '"Tachograph": ("tachograph.exe"'; }

drawn_with "Direct3D 12 or Vulkan" wgpu
drawn_with OpenGL opengl --renderer glow
# Direct3D 12 alone: Wine has none, and the other way is taken.
WGPU_BACKEND=dx12 drawn_with OpenGL fallback

# Nothing at all: no Direct3D, and a screen without OpenGL.
wine_finish
SCREEN_OPENGL=- wine_screen
export WGPU_BACKEND=dx12
start
wait_for 120 grep -aq 'nothing draws it' "$work/messages" || fail "nothing: it does not say so"
wait_for 30 box || fail "nothing: there is no message box"
sleep 1
picture nothing
stop
echo "nothing: a message box says so"
