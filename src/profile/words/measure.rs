//! What the values of a sample type are, as far as its name and unit tell.

use super::super::model::Profile;
use super::super::units::{is_bytes, is_time};

/// Kinds of values: each has rules of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Time, or samples, cycles and instructions, which stand for it.
    Time,
    /// Time or events of waiting for locks.
    Contention,
    /// What was allocated, whether or not it is still there.
    Allocated,
    /// What is, or was at some moment, held in memory.
    Held,
    /// Anything else, such as cache misses, calls, threads.
    Other,
}

/// Beginnings of names, in lower case.
const CONTENTION: [&str; 4] = ["contention", "delay", "monitor_enter", "lock"];
const ALLOCATED: [&str; 6] = ["alloc", "tlab", "native_alloc", "js_alloc", "malloc", "total"];
const HELD: [&str; 9] = ["inuse", "live", "retained", "native_retained", "leaked", "peak", "end", "space", "objects"];
/// Names of what stands for time without being measured in it.
const LIKE_TIME: [&str; 11] =
    ["sample", "cpu", "cycles", "instructions", "ir", "wall", "weight", "ticks", "task-clock", "estimated cycles", "self"];

impl Measure {
    /// Of a sample type.
    pub fn of(profile: &Profile, sample_type: usize) -> Self {
        let (name, unit) = profile.sample_type(sample_type);
        let name = name.to_lowercase();
        let begins = |list: &[&str]| list.iter().any(|begin| name.starts_with(begin));
        match () {
            () if begins(&CONTENTION) => Self::Contention,
            () if matches!(unit, "units" | "events") || name.ends_with("_events") => Self::Other,
            () if begins(&ALLOCATED) && !is_time(unit) => Self::Allocated,
            () if begins(&HELD) && !is_time(unit) => Self::Held,
            () if is_bytes(unit) && !name.starts_with("freed") => Self::Allocated,
            () if is_bytes(unit) || name.starts_with("lifetime") || name.starts_with("park") => Self::Other,
            () if is_time(unit) || name.is_empty() || begins(&LIKE_TIME) => Self::Time,
            () => Self::Other,
        }
    }

    /// Whether it is about memory.
    pub const fn is_memory(self) -> bool {
        matches!(self, Self::Allocated | Self::Held)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::model::SampleType;
    use super::super::super::strings::Interner;
    use super::*;

    #[test]
    fn told_by_name_and_unit() {
        for (name, unit, measure) in [
            ("cpu", "nanoseconds", Measure::Time),
            ("samples", "count", Measure::Time),
            ("cycles:Pu", "count", Measure::Time),
            ("Ir", "instructions", Measure::Time),
            ("alloc_space", "bytes", Measure::Allocated),
            ("allocations", "count", Measure::Allocated),
            ("inuse_objects", "count", Measure::Held),
            ("space", "bytes", Measure::Held),
            ("peak", "bytes", Measure::Held),
            ("delay", "nanoseconds", Measure::Contention),
            ("monitor_enter", "nanoseconds", Measure::Contention),
            ("park", "nanoseconds", Measure::Other),
            ("freed", "bytes", Measure::Other),
            ("D1mr", "count", Measure::Other),
        ] {
            let (mut strings, mut profile) = (Interner::default(), Profile::default());
            let mut text = |text: &str| strings.intern(text).expect("room");
            profile.sample_types = vec![SampleType { name: text(name), unit: text(unit) }];
            profile.strings = strings.finish().into();
            assert_eq!(Measure::of(&profile, 0), measure, "{name} {unit}");
        }
    }
}
