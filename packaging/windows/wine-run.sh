#!/usr/bin/env bash
# Starts a Windows program under Wine on a screen of its own, and takes a picture of it after some seconds.
# usage: packaging/windows/wine-run.sh PICTURE.png SECONDS program.exe [arguments…]
#        packaging/windows/wine-run.sh - SECONDS program.exe [arguments…]      no picture: waits for the end, at most SECONDS
# Fails when the program ended early or shows no window. What runs under Wine has not been proven on Windows: drivers, scaling of the
# screen, SmartScreen and signatures stay unseen.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
picture=${1:?usage: wine-run.sh PICTURE.png|- SECONDS program.exe [arguments…]} seconds=${2:?seconds} program=${3:?program}
shift 2
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
ensure_packages wine wine64 libwine gcc-mingw-w64-x86-64 xvfb libgl1-mesa-dri mesa-vulkan-drivers imagemagick x11-utils

export WINEPREFIX=${WINEPREFIX:-$HOME/.cache/tachograph-wine} WINEDEBUG=${WINEDEBUG:--all} WINEDLLOVERRIDES="mscoree,mshtml="
# Direct3D 12 does not work there.
export WGPU_BACKEND=${WGPU_BACKEND:-vulkan} LIBGL_ALWAYS_SOFTWARE=1
work=$(mktemp -d)
screen_pid=
finish() {
    wineserver -k 2>/dev/null || true
    if [ -n "$screen_pid" ]; then kill "$screen_pid" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap finish EXIT

# The X server picks a free number itself and tells it.
mkfifo "$work/number"
Xvfb -displayfd 3 -screen 0 1280x900x24 +extension GLX -nolisten tcp 3>"$work/number" >/dev/null 2>&1 &
screen_pid=$!
read -r number <"$work/number"
export DISPLAY=:$number

if [ ! -f "$WINEPREFIX/.ready" ]; then
    mkdir -p "$WINEPREFIX"
    wineboot -i >/dev/null 2>&1
    wineserver -w
    # Wine before 9 lacks bcryptprimitives.dll, which Rust's library asks for random numbers. A stand-in for tests; it is never shipped.
    if [ -z "$(find /usr/lib /opt -path '*wine/x86_64-windows/bcryptprimitives.dll' -print -quit 2>/dev/null)" ]; then
        cat >"$work/random.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE out, SIZE_T left) {
    while (left) {
        ULONG part = left > (1u << 28) ? (1u << 28) : (ULONG)left;
        if (!SystemFunction036(out, part)) return FALSE;
        out += part;
        left -= part;
    }
    return TRUE;
}
C
        x86_64-w64-mingw32-gcc -shared -O2 -s -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" "$work/random.c" -ladvapi32
    fi
    touch "$WINEPREFIX/.ready"
fi

if [ "$picture" = - ]; then
    timeout -k 5 "$seconds" wine "$@"
    exit
fi
timeout -k 5 $((seconds + 30)) wine "$@" &
program_pid=$!
sleep "$seconds"
import -window root "$picture"
if ! kill -0 "$program_pid" 2>/dev/null; then
    echo "$program ended within $seconds s" >&2
    exit 1
fi
# The desktop's own windows have no name.
windows=$(xwininfo -root -tree | sed -n 's/^ *0x[0-9a-f]* "\([^"]*\)".*/\1/p' | grep -viE '^(Default IME|Wine.*|root)$' || true)
if [ -z "$windows" ]; then
    echo "$program runs but shows no window" >&2
    exit 1
fi
echo "windows: $windows" | tr '\n' ' '
echo
