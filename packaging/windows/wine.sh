# Sourced by what tries a Windows program under Wine: a screen of its own, a prefix of its own.
# shellcheck shell=bash
#
#   wine_packages         sees to the Debian packages that all this needs
#   wine_screen           a screen that nobody sees; sets DISPLAY. SCREEN_SIZE: its size (1280x900). SCREEN_OPENGL=-: without OpenGL
#   wine_prefix           makes the prefix WINEPREFIX when it is not there yet, and sets what Wine needs to know
#   wine_begin            the three of them, with a temporary folder, and the end
#   wine_finish           ends everything in that prefix and the screen; to be called in the end, whatever happens
#   wine_remove           removes the prefix, for trials that made one of their own
#
# What sources it sets `work`, a temporary folder, unless it calls wine_begin, and has sourced linux/setup.sh.
: "${work:=}"

wine_screen_pid=''

wine_packages() {
    ensure_packages wine wine64 libwine gcc-mingw-w64-x86-64 xvfb libgl1-mesa-dri mesa-vulkan-drivers imagemagick x11-utils
}

# The X server picks a free number itself and tells it.
wine_screen() {
    local number
    rm -f "$work/number"
    mkfifo "$work/number"
    Xvfb -displayfd 3 -screen 0 "${SCREEN_SIZE:-1280x900}x24" "${SCREEN_OPENGL:-+}extension" GLX -nolisten tcp 3>"$work/number" >/dev/null 2>&1 &
    wine_screen_pid=$!
    read -r number <"$work/number"
    export DISPLAY=:$number
}

wine_prefix() {
    export WINEPREFIX=${WINEPREFIX:-$HOME/.cache/tachograph-wine} WINEDEBUG=${WINEDEBUG:--all}
    # Neither .NET nor a browser engine is asked for, and links in the start menu stay out of this machine's own menu.
    export WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe=d"
    # Direct3D 12 does not work there.
    export WGPU_BACKEND=${WGPU_BACKEND:-vulkan} LIBGL_ALWAYS_SOFTWARE=1
    unset WAYLAND_DISPLAY
    [ ! -f "$WINEPREFIX/.ready" ] || return 0
    mkdir -p "$WINEPREFIX"
    wineboot -i >/dev/null 2>&1
    # Wine 8 passes for Windows 7, which the program does not run on.
    wine winecfg /v win10 >/dev/null 2>&1
    wineserver -w
    wine_random
    touch "$WINEPREFIX/.ready"
}

# Wine before 9 lacks bcryptprimitives.dll, which Rust's library asks for random numbers. A stand-in for tests; it is never shipped.
wine_random() {
    [ -z "$(find /usr/lib /opt -path '*wine/x86_64-windows/bcryptprimitives.dll' -print -quit 2>/dev/null)" ] || return 0
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
}

# For a script that needs no more: all of the above, in a folder of its own that goes in the end.
wine_begin() {
    wine_packages
    work=$(mktemp -d)
    trap 'wine_finish; rm -rf "$work"' EXIT
    wine_screen
    wine_prefix
}

wine_finish() {
    if [ -n "${WINEPREFIX:-}" ]; then wineserver -k 2>/dev/null || true; fi
    if [ -n "$wine_screen_pid" ]; then kill "$wine_screen_pid" 2>/dev/null || true; fi
}

# Debian's Wine keeps its socket in a folder of its own in /tmp, and the folder's name in the prefix.
wine_remove() {
    local server
    server=$(cat "$WINEPREFIX/wineserver" 2>/dev/null || true)
    if [[ $server == wine-?????? ]]; then rm -rf "/tmp/$server"; fi
    rm -rf "$WINEPREFIX"
}
