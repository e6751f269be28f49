# Sourced by the scripts beside it: what Cargo needs to build for 64-bit Windows on Debian or Ubuntu.
# shellcheck shell=bash
#
# Sets $target and $tool, and goes to $root. Needs $here (this folder) and $root. For the variables it takes see build.sh.

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

# RUSTFLAGS would take the place of the target's own flags.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
if [ -n "$sysroot" ]; then
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS="--sysroot $sysroot"
fi
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=$tool-gcc
export CC_x86_64_pc_windows_gnu=$tool-gcc CXX_x86_64_pc_windows_gnu=$tool-g++ AR_x86_64_pc_windows_gnu=$tool-ar
