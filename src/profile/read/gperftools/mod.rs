//! The older formats of gperftools (<https://gperftools.github.io/gperftools/cpuprofile-fileformat.html>,
//! <https://gperftools.github.io/gperftools/heapprofile.html>) and the texts of Go's profiles: stacks of addresses, and behind them what was
//! mapped where. Figures of sampled profiles are scaled up as `pprof` does.

mod addresses;
mod cpu;
mod heap;
mod lists;
mod maps;
mod notes;

pub(super) use cpu::{read as read_cpu, sniff as is_cpu};
pub(super) use heap::{read as read_heap, sniff as is_heap};
pub(super) use lists::{is_contention, is_count, is_threads, read_contention, read_count, read_threads};
