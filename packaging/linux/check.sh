#!/usr/bin/env bash
# Checks the packages that package.sh has made: lintian, menu entry, kinds of file, software catalogue, manual, that the archive installs and
# leaves nothing behind. With PROGRAM also that packing it again gives the same bytes. Needs no root.
# usage: packaging/linux/check.sh [FOLDER] [PROGRAM]        (the folder that package.sh writes to)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=setup.sh
. "$here/setup.sh"
ensure_packages lintian desktop-file-utils appstream libxml2-utils shared-mime-info libglib2.0-bin groff mandoc
folder=$(realpath "${1:-${CARGO_TARGET_DIR:-$HOME/.cache/tachograph-target}/packages}")
deb=$(find "$folder" -maxdepth 1 -name 'tachograph_*.deb' | sort -V | tail -1)
archive=$(find "$folder" -maxdepth 1 -name 'tachograph-*-linux-*.tar.gz' | sort -V | tail -1)
if [ -z "$deb" ] || [ -z "$archive" ]; then
    echo "There are no packages in $folder. Make them with: packaging/linux/package.sh" >&2
    exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
step() { echo "== $*"; }
fail() {
    echo "$*" >&2
    exit 1
}

step "sums"
(cd "$folder" && sha256sum --check SHA256SUMS)

step "lintian"
user=()
# Lintian as root only asks for trouble, and says so.
if [ "$(id -u)" = 0 ]; then user=(--allow-root); fi
lintian "${user[@]}" --fail-on error,warning --display-info --pedantic "$deb"
# What is let pass, with its reason. Shown alone, since lintian would count it as a fault then.
lintian "${user[@]}" --show-overrides --tags unstripped-binary-or-object "$deb" || true

step "asks for all that the window loads"
asked=$(dpkg-deb -f "$deb" Depends Recommends)
for name in "${WINDOW_PACKAGES[@]}"; do
    grep -qw -- "$name" <<<"$asked" || fail "setup.sh has $name among what the window loads, Cargo.toml has not."
done

step "menu entry, kinds of file, software catalogue"
dpkg-deb -x "$deb" "$work/deb"
share=$work/deb/usr/share
desktop-file-validate "$share/applications/org.tachograph.Tachograph.desktop"
xmllint --noout "$share/mime/packages/org.tachograph.Tachograph.xml" "$share/metainfo/org.tachograph.Tachograph.metainfo.xml" \
    "$share/icons/hicolor/scalable/apps/org.tachograph.Tachograph.svg"
appstreamcli validate --no-net --pedantic "$share/metainfo/org.tachograph.Tachograph.metainfo.xml"
appstreamcli validate-tree --no-net "$work/deb"
groff -man -Tutf8 -ww -z <(zcat "$share/man/man1/tachograph.1.gz") 2>&1 | tee "$work/groff"
zcat "$share/man/man1/tachograph.1.gz" >"$work/tachograph.1"
mandoc -T lint -W warning "$work/tachograph.1"
if [ -s "$work/groff" ]; then fail "The manual has mistakes."; fi

step "each kind of file by its name"
mkdir -p "$work/mime/packages" "$work/files"
cp "$share/mime/packages/org.tachograph.Tachograph.xml" "$work/mime/packages/"
ln -s /usr/share/mime/packages/freedesktop.org.xml "$work/mime/packages/"
# It, and gio, look for mime in this folder.
export XDG_DATA_HOME=$work
update-mime-database "$work/mime" 2>&1 | tee "$work/said"
if [ -s "$work/said" ]; then fail "update-mime-database has something to say."; fi
kind() {
    local name=$1 wanted=$2 content=${3:-text} found
    case $content in
    gzip) echo 'main;read 1' | gzip -c >"$work/files/$name" ;;
    *) echo 'main;read 1' >"$work/files/$name" ;;
    esac
    found=$(XDG_DATA_DIRS=$work/none gio info -a standard::content-type "$work/files/$name" | sed -n 's/.*content-type: //p')
    if [ "$found" != "$wanted" ]; then fail "$name is taken for $found, not for $wanted."; fi
    printf '%-20s %s\n' "$name" "$found"
}
kind server.pb.gz application/x-pprof gzip
kind cpu.pprof application/x-pprof gzip
kind raw.pprof application/x-pprof
kind heap.pprof.gz application/x-pprof gzip
kind out.folded text/x-folded-stacks
kind out.collapsed text/x-folded-stacks
kind out.folded.gz application/x-gzfolded-stacks gzip
kind other.gz application/gzip gzip
kind other.tar.gz application/x-compressed-tar gzip
kind table.csv text/csv
kind table.tsv text/tab-separated-values
kind some.json application/json
kind notes.txt text/plain
unset XDG_DATA_HOME

step "the archive, installed and removed again"
mkdir "$work/home" "$work/unpacked"
tar -xzf "$archive" -C "$work/unpacked"
unpacked=$(echo "$work"/unpacked/*)
HOME=$work/home "$unpacked/install.sh"
desktop-file-validate "$work/home/.local/share/applications/org.tachograph.Tachograph.desktop"
grep -q "^Exec=$work/home/.local/bin/tachograph %F\$" "$work/home/.local/share/applications/org.tachograph.Tachograph.desktop" || fail "The menu entry does not name the program."
TACHOGRAPH_HOME=$work/own "$work/home/.local/bin/tachograph" --version
echo "again, over the first one:"
HOME=$work/home "$unpacked/install.sh" >/dev/null
HOME=$work/home "$work/home/.local/share/tachograph/uninstall.sh"
left=$(find "$work/home" -mindepth 1)
if [ -n "$left" ]; then fail "Left behind: $left"; fi
mkdir -p "$work/a place/share/applications"
touch "$work/a place/share/applications/other.desktop"
HOME=$work/home "$unpacked/install.sh" "$work/a place" >/dev/null
desktop-file-validate "$work/a place/share/applications/org.tachograph.Tachograph.desktop"
"$unpacked/uninstall.sh" "$work/a place" >/dev/null
left=$(cd "$work/a place" && find . -type f ! -name mimeinfo.cache)
if [ "$left" != ./share/applications/other.desktop ]; then fail "Left behind, or taken away: $left"; fi

if [ -n "${2:-}" ]; then
    step "packed again"
    "$here/package.sh" "$2" "$work/again" >/dev/null
    diff "$folder/SHA256SUMS" "$work/again/SHA256SUMS"
    echo "the same bytes"
fi
step "all checked"
