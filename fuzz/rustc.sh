#!/usr/bin/env bash
# Stands before rustc (as cargo's RUSTC_WRAPPER): the crates that take files apart also count which ways through them were taken,
# which libFuzzer goes by. All others are built as ever.
set -euo pipefail
counted=(
    -C passes=sancov-module
    -C llvm-args=-sanitizer-coverage-level=4
    -C llvm-args=-sanitizer-coverage-inline-8bit-counters
    -C llvm-args=-sanitizer-coverage-pc-table
    -C llvm-args=-sanitizer-coverage-trace-compares
)
case " $* " in
    *" --crate-name tachograph "* | *" --crate-name calamine "*) exec "$@" "${counted[@]}" ;;
    *) exec "$@" ;;
esac
