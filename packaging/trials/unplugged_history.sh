#!/usr/bin/env bash
# Takes the disk of the monitor's history away while it is recorded, gives it back read-only and then as it was, puts another one in its place: on disks
# of memory that only the trial sees.
# usage: packaging/trials/unplugged_history.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec cargo test --test parts -- --nocapture history_unplugged::a_disk_that_goes_away
