#!/usr/bin/env bash
# Makes Tachograph.app and, on macOS, Tachograph-VERSION.dmg with it. On macOS without PROGRAM it is built first, for Apple's and Intel's processors
# as far as rustup has their targets. On Linux the app is only laid out around the PROGRAM that is named, so that it can be checked.
# usage: packaging/macos/bundle.sh [PROGRAM] [FOLDER]        (a release build; packages beside it)
#
# CARGO_TARGET_DIR          where to build (default ~/.cache/tachograph-target)
# TACHOGRAPH_SIGN_IDENTITY  whose signature; "-", the default, is one without an identity: it starts on the Mac that made it, elsewhere
#                           only after its owner allows it
# Runs with the bash of macOS, which is old.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
least=11.0
target=${CARGO_TARGET_DIR:-$HOME/.cache/tachograph-target}
out=${2:-$target/packages}
icons=$root/assets/icon
mac=
if [ "$(uname -s)" = Darwin ]; then mac=1; fi
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -1)
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -n "${1:-}" ]; then
    if [ ! -x "$1" ]; then
        echo "There is no program $1. Name one, or none to have it built." >&2
        exit 1
    fi
    cp "$1" "$work/tachograph"
elif [ -z "$mac" ]; then
    echo "A program for macOS can only be built on a Mac. Name one to have the app laid out around it: $0 PROGRAM" >&2
    exit 1
else
    ensure_rust
    export MACOSX_DEPLOYMENT_TARGET=$least CARGO_TARGET_DIR=$target
    installed=$(rustup target list --installed 2>/dev/null || rustc -vV | sed -n 's/^host: //p')
    set --
    for each in aarch64-apple-darwin x86_64-apple-darwin; do
        if grep -qxF "$each" <<<"$installed"; then
            (cd "$root" && cargo build --release --locked --target "$each")
            set -- "$@" "$target/$each/release/tachograph"
        else
            echo "Left out: $each. To have it too: rustup target add $each" >&2
        fi
    done
    if [ $# = 0 ]; then
        echo "No target for macOS is installed. Install one: rustup target add aarch64-apple-darwin" >&2
        exit 1
    fi
    lipo -create "$@" -output "$work/tachograph"
fi

app=$work/Tachograph.app
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources"
sed -e "s/@VERSION@/${version%%[-+]*}/" -e "s/@FULL_VERSION@/$version/" -e "s/@LEAST_SYSTEM@/$least/" "$here/Info.plist.in" >"$app/Contents/Info.plist"
printf 'APPL????' >"$app/Contents/PkgInfo"
install -m 755 "$work/tachograph" "$app/Contents/MacOS/tachograph"
if command -v iconutil >/dev/null; then
    set=$work/Tachograph.iconset
    mkdir "$set"
    for points in 16 32 128 256; do
        cp "$icons/tachograph-$points.png" "$set/icon_${points}x$points.png"
        cp "$icons/tachograph-$((points * 2)).png" "$set/icon_${points}x$points@2x.png"
    done
    cp "$icons/tachograph-512.png" "$set/icon_512x512.png"
    iconutil --convert icns --output "$app/Contents/Resources/Tachograph.icns" "$set"
else
    python3 "$here/icns.py" "$icons" "$app/Contents/Resources/Tachograph.icns"
fi
cp "$root/LICENSE-MIT" "$root/LICENSE-APACHE" "$app/Contents/Resources/"
for font in "$root"/assets/fonts/*-LICENSE.txt; do cp "$font" "$app/Contents/Resources/"; done
cp "$root/assets/icons/LICENSE.txt" "$app/Contents/Resources/Phosphor-LICENSE.txt"
if [ -n "$mac" ]; then
    # The libraries of a build for macOS are only known where it is built.
    "$here/../linux/notices.sh" "$(rustc -vV | sed -n 's/^host: //p')" >"$app/Contents/Resources/third-party.txt"
    codesign --force --options runtime --sign "${TACHOGRAPH_SIGN_IDENTITY:--}" "$app"
    codesign --verify --strict "$app"
fi
chmod -R u=rwX,go=rX "$app"

rm -rf "$out/Tachograph.app"
mv "$app" "$out/Tachograph.app"
echo "$out/Tachograph.app"
if [ -n "$mac" ]; then
    mkdir "$work/disk"
    cp -R "$out/Tachograph.app" "$work/disk/"
    ln -s /Applications "$work/disk/Applications"
    hdiutil create -quiet -ov -volname Tachograph -srcfolder "$work/disk" -format UDZO "$out/Tachograph-$version.dmg"
    echo "$out/Tachograph-$version.dmg"
fi
