//! What Python's profilers write. Files of Python's own serialisers are only ever taken apart as data: nothing in them is run.

mod calls;
mod lines;
mod marshal;
mod memory;
mod pickle;
mod pstats;
mod scalene;
mod tracemalloc;
mod values;

use super::formats::Format;

pub(super) const PSTATS: Format =
    Format { name: "pstats", endings: &["pstats", "prof", "cprof", "profile"], sniff: pstats::is_pstats, read: pstats::read };
pub(super) const LINES: Format = Format { name: "line_profiler", endings: &["lprof"], sniff: lines::is_lines, read: lines::read };
pub(super) const MEMORY: Format =
    Format { name: "memory_profiler", endings: &["dat"], sniff: memory::is_memory, read: memory::read };
pub(super) const TRACEMALLOC: Format = Format {
    name: "tracemalloc",
    endings: &["snapshot", "tracemalloc", "pickle"],
    sniff: tracemalloc::is_snapshot,
    read: tracemalloc::read,
};
pub(super) const SCALENE: Format = Format { name: "scalene", endings: &["json"], sniff: scalene::is_scalene, read: scalene::read };
