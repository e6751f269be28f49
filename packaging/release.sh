#!/usr/bin/env bash
# Makes everything that is handed out, from a clean clone on Debian or Ubuntu: the installer and the portable ZIP for Windows, the .deb and the archive
# for Linux. Builds both release programs first; the first time that takes most of an hour.
# usage: packaging/release.sh [FOLDER]      (dist)
#
# CARGO_TARGET_DIR  where to build (default ~/.cache/tachograph-target). For the other variables see windows/package.sh and linux/package.sh.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(realpath -m "${1:-$here/../dist}")
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/tachograph-target}
exe=$("$here/windows/build.sh")
"$here/windows/package.sh" "$exe" "$out/windows"
"$here/linux/package.sh" "" "$out/linux"
