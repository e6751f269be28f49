#!/usr/bin/env bash
# Makes the packages for Linux: tachograph_VERSION_amd64.deb for Debian and Ubuntu, tachograph-VERSION-linux-x86_64.tar.gz for the others, which
# installs into ~/.local without root, and SHA256SUMS. The same program from the same commit gives the same bytes.
# usage: packaging/linux/package.sh [PROGRAM] [FOLDER]        (a release build, made now; packages beside it)
#
# CARGO_TARGET_DIR       where to build (default ~/.cache/tachograph-target)
# TACHOGRAPH_TOOLS       where cargo-deb is looked for and installed (default ~/.cache/tachograph-tools)
# TACHOGRAPH_MAINTAINER  "Name <address>" in the package; see README.md
# SOURCE_DATE_EPOCH      time of all files in the packages (default: that of the last commit)
set -euo pipefail
CARGO_DEB_VERSION=3.8.0
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=setup.sh
. "$here/setup.sh"
if ! command -v dpkg >/dev/null; then
    echo "The packages are made on Debian or Ubuntu, whose tools find out what the program depends on. Run this there." >&2
    exit 1
fi
ensure_packages "${BUILD_PACKAGES[@]}" dpkg-dev binutils
ensure_rust
target=${CARGO_TARGET_DIR:-$HOME/.cache/tachograph-target}
out=${2:-$target/packages}
mkdir -p "$out"
out=$(cd "$out" && pwd)

if [ -n "${1:-}" ]; then
    if [ ! -x "$1" ]; then
        echo "There is no program $1. Name one, or none to have it built." >&2
        exit 1
    fi
    program=$(realpath "$1")
else
    (cd "$root" && CARGO_TARGET_DIR=$target cargo build --release --locked)
    program=$target/release/tachograph
fi

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -1)
said=$("$program" --version || true)
if [ "$said" != "tachograph $version" ]; then
    echo "$program says '$said' instead of 'tachograph $version'. Build it anew, for this kind of machine." >&2
    exit 1
fi
if ! readelf -SW "$program" | grep -q ' \.symtab '; then
    echo "Note: $program has no names of functions. Recordings of the program itself will show addresses only." >&2
fi

if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct 2>/dev/null || stat -c %Y "$root/CHANGELOG.md")
fi
export SOURCE_DATE_EPOCH
day=$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)

tools=${TACHOGRAPH_TOOLS:-$HOME/.cache/tachograph-tools}
cargo_deb=$(command -v cargo-deb || echo "$tools/bin/cargo-deb")
if [ ! -x "$cargo_deb" ]; then
    echo "Installing cargo-deb into $tools" >&2
    CARGO_TARGET_DIR=$tools/build cargo install cargo-deb --version "$CARGO_DEB_VERSION" --locked --root "$tools"
    rm -rf "$tools/build"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# cargo-deb looks here for what Cargo.toml says is in target/release.
staged=$work/target/release
mkdir -p "$staged"
install -m 755 "$program" "$staged/tachograph"
fill() { sed -e "s/@VERSION@/$version/" -e "s/@DATE@/$day/" "$1"; }
fill "$here/org.tachograph.Tachograph.metainfo.xml.in" >"$staged/org.tachograph.Tachograph.metainfo.xml"
fill "$here/tachograph.1.in" | gzip -9n >"$staged/tachograph.1.gz"
"$here/notices.sh" | gzip -9n >"$staged/third-party.txt.gz"
maintainer=${TACHOGRAPH_MAINTAINER:-$(sed -n 's/^maintainer = "\(.*\)"/\1/p' "$root/Cargo.toml")}
awk -v version="${version/-/\~}" -v day="$day" -v maintainer="$maintainer" -f "$here/changelog.awk" "$root/CHANGELOG.md" | gzip -9n >"$staged/changelog.gz"

cd "$root"
CARGO_TARGET_DIR=$work/target "$cargo_deb" --no-build --no-strip --locked --quiet --maintainer "$maintainer" \
    -o "$work/deb/" >/dev/null
deb=$(basename "$work"/deb/*.deb)
mv "$work/deb/$deb" "$out/$deb"

# The archive holds the same files, so that only Cargo.toml lists them.
name=tachograph-$version-linux-$(uname -m)
tree=$work/$name
mkdir "$tree"
dpkg-deb -x "$out/$deb" "$work/installed"
(cd "$work/installed/usr" && cp -R bin share "$tree")
rm -r "$tree/share/lintian" "$tree/share/doc/tachograph/changelog.gz"
cp "$root/LICENSE-MIT" "$root/LICENSE-APACHE" "$root/CHANGELOG.md" "$tree/share/doc/tachograph/"
cp "$here/README.txt" "$tree/"
install -m 755 "$here/install.sh" "$here/uninstall.sh" "$tree/"
chmod -R u=rwX,go=rX "$tree"
tar --sort=name --format=ustar --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -C "$work" -cf - "$name" | gzip -9n >"$work/$name.tar.gz"
mv "$work/$name.tar.gz" "$out/"
(cd "$out" && sha256sum "$deb" "$name.tar.gz" >SHA256SUMS)

ls -l "$out/$deb" "$out/$name.tar.gz" "$out/SHA256SUMS"
echo "Runs with glibc $(objdump -T "$program" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1 | sed 's/GLIBC_//') or newer."
