#!/usr/bin/env bash
# Lets a year of samples go through what the window does with them, and holds the memory at its end against that after the first days.
# usage: packaging/trials/year_in_memory.sh [DAYS]        (365)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
TACHOGRAPH_DAYS=${1:-365} exec cargo test --release --test memory -- --nocapture history::what_the_monitor_takes
