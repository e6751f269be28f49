#!/usr/bin/env bash
# Starts a Windows program under Wine on a screen of its own, and takes a picture of it after some seconds.
# usage: packaging/windows/wine-run.sh PICTURE.png SECONDS program.exe [arguments…]
#        packaging/windows/wine-run.sh - SECONDS program.exe [arguments…]      no picture: waits for the end, at most SECONDS
# Fails when the program ended early or shows no window. What runs under Wine has not been proven on Windows: drivers, scaling of the
# screen, SmartScreen and signatures stay unseen.
# WINEPREFIX: where Wine keeps its drive and registry (default ~/.cache/tachograph-wine). WGPU_BACKEND: vulkan unless given.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
picture=${1:?usage: wine-run.sh PICTURE.png|- SECONDS program.exe [arguments…]} seconds=${2:?seconds} program=${3:?program}
shift 2
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
# shellcheck source=wine.sh
. "$here/wine.sh"
wine_begin

if [ "$picture" = - ]; then
    timeout -k 5 "$seconds" wine "$@"
    exit
fi
timeout -k 5 $((seconds + 30)) wine "$@" &
program_pid=$!
# Its end is meant, and not worth a message of the shell.
disown
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
