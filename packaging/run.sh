#!/usr/bin/env bash
# Builds the program and starts it, from a clean clone: installs what is missing (Debian, Ubuntu), then runs `cargo run --release`.
# usage: packaging/run.sh [arguments of tachograph…]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=linux/setup.sh
. "$here/linux/setup.sh"
ensure_packages "${BUILD_PACKAGES[@]}" "${WINDOW_PACKAGES[@]}"
ensure_rust
# The folder one is in stays the one that relative file names are looked up in.
exec cargo run --release --manifest-path "$here/../Cargo.toml" -- "$@"
