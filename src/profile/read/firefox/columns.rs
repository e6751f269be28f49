//! Columns of the tables, and their numbers.

use super::table::{Holds, Plan};

pub(super) const STACKS: Plan = &[("prefix", Holds::Rows), ("frame", Holds::Rows), ("prefixOffset", Holds::Rows)];
pub(super) const STACK_PREFIX: usize = 0;
pub(super) const STACK_FRAME: usize = 1;
pub(super) const STACK_OFFSET: usize = 2;

pub(super) const FRAMES: Plan = &[
    ("location", Holds::Rows),
    ("func", Holds::Rows),
    ("line", Holds::Rows),
    ("address", Holds::Numbers),
    ("inlineDepth", Holds::Rows),
    ("lib", Holds::Rows),
];
pub(super) const FRAME_LOCATION: usize = 0;
pub(super) const FRAME_FUNC: usize = 1;
pub(super) const FRAME_LINE: usize = 2;
pub(super) const FRAME_ADDRESS: usize = 3;
pub(super) const FRAME_DEPTH: usize = 4;
pub(super) const FRAME_LIB: usize = 5;

pub(super) const FUNCS: Plan = &[
    ("name", Holds::Rows),
    ("resource", Holds::Rows),
    ("fileName", Holds::Rows),
    ("source", Holds::Rows),
    ("lineNumber", Holds::Rows),
];
pub(super) const FUNC_NAME: usize = 0;
pub(super) const FUNC_RESOURCE: usize = 1;
pub(super) const FUNC_FILE: usize = 2;
pub(super) const FUNC_SOURCE: usize = 3;
pub(super) const FUNC_LINE: usize = 4;

pub(super) const RESOURCES: Plan = &[("name", Holds::Rows), ("lib", Holds::Rows)];
pub(super) const RESOURCE_NAME: usize = 0;
pub(super) const RESOURCE_LIB: usize = 1;

pub(super) const SOURCES: Plan = &[("filename", Holds::Rows)];

pub(super) const SAMPLES: Plan = &[
    ("stack", Holds::Rows),
    ("time", Holds::Numbers),
    ("timeDeltas", Holds::Numbers),
    ("weight", Holds::Numbers),
    ("duration", Holds::Numbers),
    ("threadCPUDelta", Holds::Numbers),
    ("memoryAddress", Holds::Numbers),
];
pub(super) const SAMPLE_STACK: usize = 0;
pub(super) const SAMPLE_TIME: usize = 1;
pub(super) const SAMPLE_DELTA: usize = 2;
pub(super) const SAMPLE_WEIGHT: usize = 3;
/// As the weight was called before version 29.
pub(super) const SAMPLE_DURATION: usize = 4;
pub(super) const SAMPLE_CPU: usize = 5;
pub(super) const SAMPLE_ADDRESS: usize = 6;

pub(super) const MARKERS: Plan = &[
    ("name", Holds::Rows),
    ("startTime", Holds::Numbers),
    ("endTime", Holds::Numbers),
    ("phase", Holds::Rows),
    ("category", Holds::Rows),
    ("data", Holds::Payloads),
    ("time", Holds::Numbers),
];
pub(super) const MARKER_NAME: usize = 0;
pub(super) const MARKER_START: usize = 1;
pub(super) const MARKER_END: usize = 2;
pub(super) const MARKER_PHASE: usize = 3;
pub(super) const MARKER_CATEGORY: usize = 4;
pub(super) const MARKER_DATA: usize = 5;
/// The only time that there was before markers had two.
pub(super) const MARKER_TIME: usize = 6;

pub(super) const COUNTS: Plan = &[("time", Holds::Numbers), ("timeDeltas", Holds::Numbers), ("count", Holds::Numbers)];
pub(super) const COUNT_TIME: usize = 0;
pub(super) const COUNT_DELTA: usize = 1;
pub(super) const COUNT_COUNT: usize = 2;
