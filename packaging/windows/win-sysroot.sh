#!/usr/bin/env bash
# Sees to Rust's standard library for 64-bit Windows (x86_64-pc-windows-gnu) for the compiler in use, and prints the folder to pass to
# rustc as --sysroot; prints nothing where the toolchain has the target already. The toolchain itself is never changed.
# usage: packaging/windows/win-sysroot.sh FOLDER
#
# Where no ready-made library can be had it is built from source, of exactly the compiler's version: 1. the rust-src component,
# 2. the archive named by RUST_SRC_TARBALL (a folder `library` inside), 3. Debian's package rust-src (RUST_SRC_SUITES: where to look).
set -euo pipefail
sysroot=$(realpath -m "${1:?usage: win-sysroot.sh FOLDER}")
target=x86_64-pc-windows-gnu
toolchain=$(rustc --print sysroot)
version=$(rustc -vV | sed -n 's/^release: //p')
host=$(rustc -vV | sed -n 's/^host: //p')
commit=$(rustc -vV | sed -n 's/^commit-hash: //p')

if compgen -G "$toolchain/lib/rustlib/$target/lib/libstd-*.rlib" >/dev/null; then
    exit 0
fi
# What it was made for, and with what: link-time optimisation needs the library's bitcode.
made_for="$version $commit bitcode"
if [ "$(cat "$sysroot/.made-for" 2>/dev/null)" = "$made_for" ]; then
    echo "$sysroot"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Debian's rust-src is the same for all machines; it is fetched with lists of its own, the system's stay as they are.
debian_source() {
    local uri suite deb apt=$work/apt
    uri=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
    [ -n "$uri" ] || uri=$(awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) { print $i; exit } }' /etc/apt/sources.list)
    mkdir -p "$apt"/etc/{apt.conf.d,preferences.d,sources.list.d} "$apt"/state/lists/partial "$apt"/cache/archives/partial
    : >"$apt/status"
    for suite in ${RUST_SRC_SUITES:-trixie-backports sid}; do
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite main"
    done >"$apt/etc/sources.list.d/rust-src.list"
    printf '%s\n' "Dir::Etc \"$apt/etc\";" "Dir::State \"$apt/state\";" "Dir::State::status \"$apt/status\";" "Dir::Cache \"$apt/cache\";" \
        'Acquire::Languages "none";' >"$apt/apt.conf"
    export APT_CONFIG=$apt/apt.conf
    apt-get -qq update >&2
    deb=$(apt-cache madison rust-src | awk -v v="$version+" 'index($3, v) == 1 { print $3; exit }')
    if [ -z "$deb" ]; then
        echo "There is no Debian package rust-src for rustc $version. Name an archive of its folder “library” by RUST_SRC_TARBALL." >&2
        return 1
    fi
    (cd "$work" && apt-get -qq download "rust-src=$deb" >&2)
    unset APT_CONFIG
    dpkg --fsys-tarfile "$work"/rust-src_*.deb | tar -C "$work" -x --wildcards "./usr/src/rustc-$version/library/*"
    library=$work/usr/src/rustc-$version/library
}

library=$toolchain/lib/rustlib/src/rust/library
if [ ! -f "$library/Cargo.lock" ]; then
    if [ -n "${RUST_SRC_TARBALL:-}" ]; then
        tar -C "$work" -xf "$RUST_SRC_TARBALL"
        library=$work/library
    else
        debian_source
    fi
fi

# Built once, as a by-product of an empty crate. The two variables open what a stable compiler keeps closed, for this crate only.
mkdir -p "$work/seed/src"
: >"$work/seed/src/lib.rs"
printf '%s\n' '[package]' 'name = "seed"' 'version = "0.0.0"' 'edition = "2021"' '[workspace]' '[profile.release]' 'debug = false' >"$work/seed/Cargo.toml"
(
    cd "$work/seed"
    unset CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS
    RUSTUP_TOOLCHAIN=${RUSTUP_TOOLCHAIN:-$(basename "$toolchain")} RUSTC_BOOTSTRAP=1 __CARGO_TESTS_ONLY_SRC_ROOT=$library CARGO_TARGET_DIR=$work/t \
        RUSTFLAGS="--remap-path-prefix=$library=/rustc/$commit/library -C embed-bitcode=yes" \
        cargo build -q --release --target $target -Z build-std=std,panic_unwind,panic_abort,proc_macro,test >&2
)

# Laid out as the compiler expects it; the host's own parts are the toolchain's.
new=$sysroot.new
rm -rf "$new"
mkdir -p "$new/lib/rustlib/$target/lib"
find "$work/t/$target/release/deps" -name 'lib*.rlib' ! -name 'libseed-*' -exec cp {} "$new/lib/rustlib/$target/lib/" \;
ln -s "$toolchain/lib/rustlib/$host" "$new/lib/rustlib/$host"
echo "$made_for" >"$new/.made-for"
rm -rf "$sysroot"
mv "$new" "$sysroot"
echo "$sysroot"
