#!/usr/bin/env bash
# Kills a program that records the monitor's history at random moments and looks at what is left each time.
# usage: packaging/trials/kill_history.sh [TIMES]        (100)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
TACHOGRAPH_KILLS=${1:-100} exec cargo test --test parts -- history::killed_at_any_moment
