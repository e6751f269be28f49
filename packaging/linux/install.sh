#!/bin/sh
# Installs Tachograph from this folder: program, menu entry, icons, kinds of file, manual. An older one in the same place is replaced.
# usage: ./install.sh [FOLDER]        (~/.local)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=${1:-$HOME/.local}
case $prefix in
/*) ;;
*) prefix=$PWD/$prefix ;;
esac
prefix=${prefix%/}
own=$prefix/share/tachograph
if [ -f "$own/installed.txt" ]; then
    sh "$own/uninstall.sh" --quiet
fi

# Folders that are not there yet are noted, to be removed with the program: the outermost first.
made=
files=
folder() {
    [ -d "$1" ] || {
        folder "$(dirname "$1")"
        mkdir "$1" || {
            echo "You may not write there. Name another folder, or none for ~/.local." >&2
            exit 1
        }
        made="$made$1/
"
    }
}
folder "$own"
list=$(cd "$here" && find bin share -type f | LC_ALL=C sort)
IFS='
'
for file in $list; do
    folder "$(dirname "$prefix/$file")"
    # Never written over in place: the program may be running.
    rm -f "$prefix/$file"
    cp -p "$here/$file" "$prefix/$file"
    files="$files$prefix/$file
"
done
unset IFS
cp -p "$here/uninstall.sh" "$own/uninstall.sh"
printf '%s%s' "$made" "$files" >"$own/installed.txt"

# The menu does not have this folder in its search path everywhere.
entry=$prefix/share/applications/org.tachograph.Tachograph.desktop
program=$(printf '%s' "$prefix/bin/tachograph" | sed 's/[&|\\]/\\&/g')
case $prefix in
*[!A-Za-z0-9_./-]*) quoted="\"$program\"" ;;
*) quoted=$program ;;
esac
sed -e "s|^Exec=tachograph|Exec=$quoted|" -e "s|^TryExec=tachograph|TryExec=$program|" "$here/share/applications/org.tachograph.Tachograph.desktop" >"$entry"

# What desktops keep about menu and kinds of file; without these programs there is nothing to bring up to date.
if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$prefix/share/applications" || true; fi
if command -v update-mime-database >/dev/null; then update-mime-database "$prefix/share/mime" >/dev/null 2>&1 || true; fi

echo "Installed: $prefix/bin/tachograph"
# The window loads these when it starts, so the system does not tell by itself that one is missing.
known=$({ ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null || true)
missing=
if [ -n "$known" ]; then
    for library in libEGL.so.1 libGL.so.1 libX11.so.6 libX11-xcb.so.1 libXcursor.so.1 libXi.so.6 libXrandr.so.2 libxkbcommon.so.0 libxkbcommon-x11.so.0 \
        libwayland-client.so.0 libwayland-cursor.so.0 libwayland-egl.so.1 libfontconfig.so.1; do
        case $known in
        *"$library"*) ;;
        *) missing="$missing $library" ;;
        esac
    done
fi
if [ -n "$missing" ]; then
    echo "The commands work. For the window, install the packages of your system that have:$missing"
    echo "(Debian, Ubuntu: sudo apt-get install libgl1 libegl1 libgl1-mesa-dri libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrandr2 libxkbcommon0 libxkbcommon-x11-0 libwayland-client0 libwayland-cursor0 libwayland-egl1 libfontconfig1)"
fi
case :$PATH: in
*":$prefix/bin:"*) ;;
*) echo "$prefix/bin is not in your PATH: add it to have the command everywhere. The menu entry works without." ;;
esac
