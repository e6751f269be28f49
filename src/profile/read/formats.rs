//! The formats that can be read: what each is called, how it is told, who reads it.

use super::Context;
use super::head::Head;
use super::source::Source;
use super::v8::{cpuprofile, heapprofile, log};
use super::{
    austin, callgrind, detect as shape, dhat, firefox, folded, ghc, gperftools, gprof, heaptrack, hprof, instruments, jfr, jstack,
    massif, nettrace, perf_data, perf_script, pprof, pyinstrument, python, safari, speedscope, stackprof, trace, tracy, xhprof,
};
use crate::profile::error::ProfileError;
use crate::profile::model::Profile;

/// A format that can be read.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name, as [`Profile::format`] has it.
    pub name: &'static str,
    /// How names of such files usually end, without the ending of a packed file and without a first dot.
    pub endings: &'static [&'static str],
    /// Whether a file that begins so is one.
    pub(super) sniff: fn(&Head<'_>) -> bool,
    pub(super) read: fn(&mut Source<'_>, &Head<'_>, Context<'_>) -> Result<Profile, ProfileError>,
}

/// Told by what no other file has at its beginning. The first that says yes reads the file.
static SURE: &[Format] = &[
    // JavaScript and traces.
    Format { name: "Trace Event", endings: &["json", "trace", "trace.json"], sniff: trace::sniff, read: trace::read },
    Format { name: "V8 heap profile", endings: &["heapprofile"], sniff: heapprofile::sniff, read: heapprofile::read },
    Format { name: "V8 log", endings: &["json"], sniff: log::sniff, read: log::read },
    Format { name: "Safari timeline", endings: &["json"], sniff: safari::sniff, read: safari::read },
    // Firefox Profiler and other JSON, Instruments, Tracy, hprof.
    Format { name: "Firefox Profiler", endings: &["json"], sniff: firefox::sniff, read: firefox::read },
    Format { name: "Gecko profile", endings: &["json"], sniff: firefox::sniff_gecko, read: firefox::read },
    Format { name: "stackprof", endings: &["json", "dump"], sniff: stackprof::sniff, read: stackprof::read },
    Format { name: "pyinstrument", endings: &["json", "pyisession"], sniff: pyinstrument::sniff, read: pyinstrument::read },
    Format { name: "GHC profile", endings: &["prof", "json"], sniff: ghc::sniff, read: ghc::read },
    Format { name: "Instruments deep copy", endings: &["txt"], sniff: instruments::sniff, read: instruments::read },
    Format { name: "Tracy CSV", endings: &["csv"], sniff: tracy::sniff, read: tracy::read },
    Format { name: "hprof text", endings: &["txt", "hprof"], sniff: hprof::sniff, read: hprof::read },
    // perf, austin, gperftools.
    Format { name: "perf.data", endings: &["perf.data", "data"], sniff: perf_data::sniff, read: perf_data::read },
    Format { name: "perf script", endings: &["perf"], sniff: perf_script::sniff, read: perf_script::read },
    Format { name: "Austin", endings: &["austin"], sniff: austin::is_text, read: austin::read_text },
    Format { name: "Austin MOJO", endings: &["mojo"], sniff: austin::is_mojo, read: austin::read_mojo },
    Format { name: "gperftools CPU profile", endings: &["prof", "cpu"], sniff: gperftools::is_cpu, read: gperftools::read_cpu },
    Format { name: "gperftools heap profile", endings: &["heap"], sniff: gperftools::is_heap, read: gperftools::read_heap },
    Format {
        name: "contention profile",
        endings: &["contention"],
        sniff: gperftools::is_contention,
        read: gperftools::read_contention,
    },
    Format { name: "Go count profile", endings: &["goroutine"], sniff: gperftools::is_count, read: gperftools::read_count },
    Format { name: "threads", endings: &["threadz"], sniff: gperftools::is_threads, read: gperftools::read_threads },
    // callgrind, massif, DHAT, heaptrack, gprof.
    Format {
        name: "cachegrind",
        endings: &["cachegrind.out", "cachegrind"],
        sniff: callgrind::sniff_cachegrind,
        read: callgrind::read,
    },
    Format { name: "callgrind", endings: &["callgrind.out", "callgrind"], sniff: callgrind::sniff, read: callgrind::read },
    Format { name: "massif", endings: &["massif.out", "massif"], sniff: massif::sniff, read: massif::read },
    Format { name: "heaptrack", endings: &["heaptrack"], sniff: heaptrack::sniff, read: heaptrack::read },
    Format { name: "DHAT", endings: &["dhat.json", "dhat-heap.json", "dhat.out"], sniff: dhat::sniff, read: dhat::read },
    Format { name: "gprof", endings: &["gprof"], sniff: gprof::sniff, read: gprof::read },
    // Python.
    python::LINES,
    python::MEMORY,
    python::PSTATS,
    python::SCALENE,
    python::TRACEMALLOC,
    // PHP.
    Format { name: "XHProf", endings: &["xhprof", "json"], sniff: xhprof::is_xhprof, read: xhprof::read },
    // JFR, nettrace.
    Format { name: "JFR", endings: &["jfr"], sniff: jfr::is_jfr, read: jfr::read },
    Format { name: ".NET trace", endings: &["nettrace"], sniff: nettrace::is_nettrace, read: nettrace::read },
    Format { name: "Java thread dump", endings: &["jstack", "tdump"], sniff: jstack::is_dump, read: jstack::read },
    // Where the beginning leaves a doubt these go by the name, so they come behind all that go by the content alone.
    Format { name: "speedscope", endings: &["speedscope.json"], sniff: speedscope::sniff, read: speedscope::read },
    Format { name: "V8 CPU profile", endings: &["cpuprofile"], sniff: cpuprofile::sniff, read: cpuprofile::read },
];

/// Told by their whole shape; tried when nothing else is known to begin so.
static LIKELY: &[Format] = &[
    Format { name: "pprof", endings: &["pb", "pprof", "prof"], sniff: shape::is_pprof, read: pprof::read },
    Format { name: "folded stacks", endings: &["folded", "collapsed", "stacks"], sniff: shape::is_folded, read: folded::read },
];

/// All formats, in the order of the lists.
pub fn formats() -> impl Iterator<Item = &'static Format> {
    SURE.iter().chain(LIKELY)
}

/// The format that a file certainly has.
pub(super) fn sure(head: &Head<'_>) -> Option<&'static Format> {
    SURE.iter().find(|format| (format.sniff)(head))
}

/// The format that a file seems to have, when it is of no other known kind.
pub(super) fn likely(head: &Head<'_>) -> Option<&'static Format> {
    LIKELY.iter().find(|format| (format.sniff)(head))
}

/// The format of a file from its unpacked beginning. `whole` says that `head` is all there is.
pub fn detect(head: &[u8], whole: bool, name: &str) -> Option<&'static Format> {
    let head = Head { bytes: head, whole, name };
    sure(&head).or_else(|| likely(&head))
}
