#!/usr/bin/env bash
# Builds tachograph.exe for 64-bit Windows on Debian or Ubuntu, with icon, version and manifest in it. Prints where it lies.
# On Windows itself a plain `cargo build --release` does the same.
# usage: packaging/windows/build.sh [arguments for cargo rustc…]
#
# TACHOGRAPH_PROFILE      which of Cargo's profiles (default release; dev builds in half the time, for trials)
# CARGO_TARGET_DIR        where to build (default ~/.cache/tachograph-target-windows)
# TACHOGRAPH_WIN_SYSROOT  where Rust's library for Windows is kept (default ~/.cache/tachograph-win-sysroot); see win-sysroot.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=target.sh
. "$here/target.sh"
profile=${TACHOGRAPH_PROFILE:-release}
cargo rustc --profile "$profile" --target $target --bin tachograph "$@" -- -C strip=symbols >&2

folder=$profile
[ "$profile" != dev ] || folder=debug
made=$CARGO_TARGET_DIR/windows-$profile
mkdir -p "$made"
cp "$CARGO_TARGET_DIR/$target/$folder/tachograph.exe" "$made/tachograph.exe"
# It has to start on a machine that has nothing of this compiler.
foreign=$($tool-objdump -p "$made/tachograph.exe" | sed -n 's/.*DLL Name: //p' | grep -iE '^(libgcc|libstdc|libwinpthread)' || true)
if [ -n "$foreign" ]; then
    echo "tachograph.exe needs libraries that Windows does not have:" $foreign >&2
    exit 1
fi
echo "$made/tachograph.exe"
