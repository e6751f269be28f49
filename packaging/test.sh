#!/usr/bin/env bash
# Passes all tests from a clean clone: installs what is missing (Debian, Ubuntu), then runs `cargo test`.
# usage: packaging/test.sh [arguments for cargo test…]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=linux/setup.sh
. "$here/linux/setup.sh"
ensure_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
ensure_rust
# Without these the tests that need them are skipped, and say so.
"$here/test-python.sh" || true
(ensure_packages "$BROWSER_PACKAGE") || true
cd "$here/.."
exec cargo test "$@"
