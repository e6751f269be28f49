#!/usr/bin/env bash
# Runs the unit tests of all but the window under Wine. What holds there has not been proven on Windows, but most of what breaks there shows.
# usage: packaging/windows/test.sh [arguments for cargo test…]
# Variables as for build.sh; TACHOGRAPH_PROFILE is dev when not set.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=target.sh
. "$here/target.sh"
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER="$here/wine-run.sh - 900"
cargo test --profile "${TACHOGRAPH_PROFILE:-dev}" --target "$target" --lib --no-default-features "$@"
