//! Coverage-guided fuzzing of every reader. `FUZZ_TARGET` names the target, `FUZZ_FOLDER` a folder to write tried files into; run.sh
//! sets both. The files are real ones: what is found can be opened with the program as it stands.

#![no_main]

#[path = "checks.rs"]
mod checks;
mod json;
mod lines;
mod memory;
mod mutate;
mod xml;

use std::path::PathBuf;
use std::sync::OnceLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tachograph::data::Level;

#[global_allocator]
static ALLOCATOR: memory::Bounded = memory::Bounded;

/// Targets of one format of profiles each.
const PROFILES: [&str; 33] = [
    "trace", "cpuprofile", "heapprofile", "v8log", "speedscope", "firefox", "gecko", "stackprof", "pyinstrument", "ghc", "instruments", "tracy",
    "hprof", "perf-script", "perf-data", "austin", "mojo", "heap", "cpu", "callgrind", "massif", "dhat", "heaptrack", "gprof", "pstats", "lprof",
    "mprof", "tracemalloc", "scalene", "xhprof", "jstack", "jfr", "nettrace",
];

/// What a target tries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Table,
    Profile,
}

/// A target: the reader, and the file that is tried.
struct Target {
    reader: Reader,
    path: PathBuf,
}

impl Target {
    /// The one that was asked for. The file's ending is a hint to the readers of profiles; tables are known by their content alone.
    fn chosen() -> &'static Self {
        static CHOSEN: OnceLock<Target> = OnceLock::new();
        CHOSEN.get_or_init(|| {
            let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
            let (reader, file) = match name.as_str() {
                "csv" => (Reader::Table, "input.csv"),
                "gz" => (Reader::Table, "input.csv.gz"),
                "zst" => (Reader::Table, "input.csv.zst"),
                "xlsx" => (Reader::Table, "input.xlsx"),
                "xlsb" => (Reader::Table, "input.xlsb"),
                "xls" => (Reader::Table, "input.xls"),
                "ods" => (Reader::Table, "input.ods"),
                "parquet" => (Reader::Table, "input.parquet"),
                "arrow" => (Reader::Table, "input.arrow"),
                "pprof" => (Reader::Profile, "input.pb.gz"),
                "folded" => (Reader::Profile, "input.folded"),
                // All others are known by their content.
                other if PROFILES.contains(&other) => (Reader::Profile, "input"),
                other => panic!("FUZZ_TARGET is “{other}”, which is no target; see fuzz/README.md"),
            };
            let folder = std::env::var_os("FUZZ_FOLDER").map_or_else(std::env::temp_dir, PathBuf::from);
            Target { reader, path: folder.join(file) }
        })
    }
}

fuzz_target!(|data: &[u8]| {
    let target = Target::chosen();
    std::fs::write(&target.path, data).expect("a folder to write into");
    match target.reader {
        Reader::Table => drop(checks::table(&target.path, &levels(data))),
        Reader::Profile => drop(checks::profile(&target.path)),
    }
});

/// The strictest level, and one more that the content chooses: all three for each file would take half as long again.
fn levels(data: &[u8]) -> [Level; 2] {
    let sum = data.iter().fold(data.len(), |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    [Level::Conservative, if sum & 64 == 0 { Level::Balanced } else { Level::Aggressive }]
}

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::mutate(data, size, max_size, seed, Target::chosen().reader == Reader::Profile)
});
