#!/usr/bin/env bash
# Builds tachograph.exe for 64-bit Windows on Debian or Ubuntu, with icon, version and manifest in it. Prints where it lies.
# On Windows itself a plain `cargo build --release` does, without icon.
# usage: packaging/windows/build.sh [arguments for cargo rustc…]
#
# CARGO_TARGET_DIR        where to build (default ~/.cache/tachograph-target-windows)
# TACHOGRAPH_WIN_SYSROOT  where Rust's library for Windows is kept (default ~/.cache/tachograph-win-sysroot); see win-sysroot.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
ensure_packages "${BUILD_PACKAGES[@]}" gcc-mingw-w64-x86-64
ensure_rust
cd "$root"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/tachograph-target-windows}
target=x86_64-pc-windows-gnu
tool=x86_64-w64-mingw32

version=$(rustc -vV | sed -n 's/^release: //p')
beside=$root/../shared/windows/library-$version.tar.xz
if [ -z "${RUST_SRC_TARBALL:-}" ] && [ -f "$beside" ]; then
    export RUST_SRC_TARBALL=$beside
fi
sysroot=$("$here/win-sysroot.sh" "${TACHOGRAPH_WIN_SYSROOT:-$HOME/.cache/tachograph-win-sysroot}")

# Icon, version and manifest become an object file that is linked in.
made=$CARGO_TARGET_DIR/windows
mkdir -p "$made"
own=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
sed -e "s|@ICON@|$root/assets/icon/tachograph.ico|" -e "s|@MANIFEST@|$here/tachograph.manifest|" -e "s|@VERSION@|$own|" \
    -e "s|@COMMAS@|$(tr . , <<<"${own%%-*}"),0|" "$here/tachograph.rc.in" >"$made/tachograph.rc"
$tool-windres "$made/tachograph.rc" -O coff -o "$made/resources.o"

# RUSTFLAGS would take the place of the target's own flags.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
if [ -n "$sysroot" ]; then
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS="--sysroot $sysroot"
fi
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=$tool-gcc
export CC_x86_64_pc_windows_gnu=$tool-gcc CXX_x86_64_pc_windows_gnu=$tool-g++ AR_x86_64_pc_windows_gnu=$tool-ar
cargo rustc --release --target $target --bin tachograph "$@" -- -C strip=symbols -C "link-arg=$made/resources.o"

cp "$CARGO_TARGET_DIR/$target/release/tachograph.exe" "$made/tachograph.exe"
# It has to start on a machine that has nothing of this compiler.
foreign=$($tool-objdump -p "$made/tachograph.exe" | sed -n 's/.*DLL Name: //p' | grep -iE '^(libgcc|libstdc|libwinpthread)' || true)
if [ -n "$foreign" ]; then
    echo "tachograph.exe needs libraries that Windows does not have:" $foreign >&2
    exit 1
fi
echo "$made/tachograph.exe"
