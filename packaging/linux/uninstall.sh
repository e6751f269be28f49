#!/bin/sh
# Removes a Tachograph that install.sh has installed, and the folders that it made, as far as they are empty. Settings and cache stay.
# usage: uninstall.sh [FOLDER]        (where it was installed; the one this script lies in, or ~/.local)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
quiet=
if [ "${1:-}" = --quiet ]; then
    quiet=1
    shift
fi
if [ -n "${1:-}" ]; then
    own=$1/share/tachograph
elif [ -f "$here/installed.txt" ]; then
    own=$here
else
    own=$HOME/.local/share/tachograph
fi
if [ ! -f "$own/installed.txt" ]; then
    echo "Tachograph was not installed from an archive in ${own%/share/tachograph}. Name the folder that install.sh was given." >&2
    exit 1
fi
share=$(dirname "$own")
list=$(cat "$own/installed.txt")
IFS='
'
folders=
for path in $list; do
    case $path in
    */) folders="$path
$folders" ;;
    *) rm -f "$path" ;;
    esac
done
rm -f "$own/installed.txt" "$own/uninstall.sh"

# Bring up to date what desktops keep; where only our files were, that goes too.
if [ -d "$share/applications" ]; then
    if [ "$(ls -A "$share/applications")" = mimeinfo.cache ]; then
        rm -f "$share/applications/mimeinfo.cache"
    elif command -v update-desktop-database >/dev/null; then
        update-desktop-database -q "$share/applications" || true
    fi
fi
if [ -d "$share/mime/packages" ]; then
    if command -v update-mime-database >/dev/null; then update-mime-database "$share/mime" >/dev/null 2>&1 || true; fi
    if [ -z "$(ls -A "$share/mime/packages")" ]; then
        for name in aliases generic-icons globs globs2 icons magic mime.cache subclasses treemagic types version XMLnamespaces; do
            rm -f "$share/mime/$name"
        done
        rmdir "$share/mime"/[!p]* 2>/dev/null || true
    fi
fi
for path in $folders; do
    rmdir "$path" 2>/dev/null || true
done
# Made by older lists, or by hand: only when nothing is in it.
rmdir "$own" 2>/dev/null || true
[ -n "$quiet" ] || echo "Tachograph is removed. Settings are in ~/.config/tachograph, the cache in ~/.cache/tachograph; delete them by hand if you like."
