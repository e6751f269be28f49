//! What the events of the JVM and of async-profiler measure: which are samples and of what, which are values over time, and which
//! happenings without a length are worth a mark.
//!
//! Names and fields: <https://github.com/openjdk/jdk/blob/master/src/hotspot/share/jfr/metadata/metadata.xml> and
//! <https://github.com/async-profiler/async-profiler/blob/master/src/jfrMetadata.cpp>.

use super::meta::Unit;

/// What one column of a kind of samples holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// One for each event.
    Count,
    /// What a field says (the first of these names that the event has).
    Field(&'static [&'static str]),
    /// One for each event, times the period of the event's settings. Only there when the settings tell it.
    Period,
}

/// A column of values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) measure: Measure,
}

/// Events that are samples.
pub(super) struct Kind {
    pub(super) events: &'static [&'static str],
    pub(super) columns: &'static [Column],
    /// The column to show first.
    pub(super) shown: usize,
}

const fn count(name: &'static str) -> Column {
    Column { name, unit: "count", measure: Measure::Count }
}

const fn time(name: &'static str, field: &'static [&'static str]) -> Column {
    Column { name, unit: "nanoseconds", measure: Measure::Field(field) }
}

const fn bytes(name: &'static str, field: &'static [&'static str]) -> Column {
    Column { name, unit: "bytes", measure: Measure::Field(field) }
}

const DURATION: &[&str] = &["duration"];

/// In the order in which the columns are shown; what was measured first is shown first.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        events: &["jdk.ExecutionSample", "datadog.ExecutionSample"],
        columns: &[count("samples"), Column { name: "cpu", unit: "nanoseconds", measure: Measure::Period }],
        shown: 0,
    },
    Kind { events: &["jdk.CPUTimeSample"], columns: &[count("cpu_time_samples"), time("cpu_time", &["samplingPeriod"])], shown: 1 },
    Kind {
        events: &["profiler.WallClockSample", "datadog.MethodSample"],
        columns: &[
            Column { name: "wall_samples", unit: "count", measure: Measure::Field(&["samples", "weight"]) },
            time("wall", &["timeSpan"]),
        ],
        shown: 0,
    },
    Kind {
        events: &["jdk.NativeMethodSample"],
        columns: &[count("native_samples"), Column { name: "native", unit: "nanoseconds", measure: Measure::Period }],
        shown: 0,
    },
    Kind {
        events: &["jdk.ObjectAllocationSample"],
        columns: &[count("alloc_samples"), bytes("alloc_space", &["weight"])],
        shown: 1,
    },
    // The bytes are those that the thread took from the heap at once, as jfr-converter and JDK Mission Control have it.
    Kind {
        events: &["jdk.ObjectAllocationInNewTLAB", "jdk.ObjectAllocationOutsideTLAB"],
        columns: &[count("tlab_samples"), bytes("tlab_space", &["tlabSize", "allocationSize"])],
        shown: 1,
    },
    Kind {
        events: &["profiler.LiveObject"],
        columns: &[count("live_objects"), bytes("live_space", &["allocationSize"])],
        shown: 1,
    },
    Kind { events: &["profiler.Malloc"], columns: &[count("malloc_calls"), bytes("malloc_space", &["size"])], shown: 1 },
    Kind { events: &["jdk.JavaMonitorEnter"], columns: &[count("monitor_enters"), time("monitor_enter", DURATION)], shown: 1 },
    Kind { events: &["jdk.JavaMonitorWait"], columns: &[count("monitor_waits"), time("monitor_wait", DURATION)], shown: 1 },
    Kind { events: &["jdk.ThreadPark"], columns: &[count("parks"), time("park", DURATION)], shown: 1 },
    Kind { events: &["jdk.ThreadSleep"], columns: &[count("sleeps"), time("sleep", DURATION)], shown: 1 },
    Kind { events: &["profiler.NativeLock"], columns: &[count("native_locks"), time("native_lock", DURATION)], shown: 1 },
    Kind { events: &["jdk.MethodTrace"], columns: &[count("method_calls"), time("method_time", DURATION)], shown: 1 },
    Kind { events: &["jdk.JavaExceptionThrow", "jdk.JavaErrorThrow"], columns: &[count("exceptions")], shown: 0 },
    Kind { events: &["jdk.FileRead"], columns: &[time("file_read", DURATION), bytes("file_read_bytes", &["bytesRead"])], shown: 0 },
    Kind {
        events: &["jdk.FileWrite"],
        columns: &[time("file_write", DURATION), bytes("file_write_bytes", &["bytesWritten"])],
        shown: 0,
    },
    Kind {
        events: &["jdk.SocketRead"],
        columns: &[time("socket_read", DURATION), bytes("socket_read_bytes", &["bytesRead"])],
        shown: 0,
    },
    Kind {
        events: &["jdk.SocketWrite"],
        columns: &[time("socket_write", DURATION), bytes("socket_write_bytes", &["bytesWritten"])],
        shown: 0,
    },
];

/// Values over time: event, field, name.
pub(super) const COUNTERS: &[(&str, &str, &str)] = &[
    ("jdk.CPULoad", "jvmUser", "CPU load of the JVM, user"),
    ("jdk.CPULoad", "jvmSystem", "CPU load of the JVM, system"),
    ("jdk.CPULoad", "machineTotal", "CPU load of the machine"),
    ("jdk.ThreadCPULoad", "user", "CPU load, user"),
    ("jdk.ThreadCPULoad", "system", "CPU load, system"),
    ("jdk.GCHeapSummary", "heapUsed", "Heap used"),
    ("jdk.GCHeapSummary", "heapSpace.committedSize", "Heap committed"),
    ("jdk.MetaspaceSummary", "metaspace.used", "Metaspace used"),
    ("jdk.PhysicalMemory", "usedSize", "Memory of the machine used"),
    ("jdk.ResidentSetSize", "size", "Resident memory"),
    ("jdk.DirectBufferStatistics", "memoryUsed", "Direct buffers"),
    ("jdk.JavaThreadStatistics", "activeCount", "Java threads"),
    ("jdk.ThreadContextSwitchRate", "switchRate", "Context switches a second"),
    ("jdk.ClassLoadingStatistics", "loadedClassCount", "Classes loaded"),
    ("jdk.ExceptionStatistics", "throwables", "Exceptions thrown"),
];

/// Events without a length that are worth a mark. Those with a length all are, and those of the program's own.
pub(super) const INSTANTS: &[&str] = &[
    "jdk.ThreadStart",
    "jdk.ThreadEnd",
    "jdk.SystemGC",
    "jdk.Shutdown",
    "jdk.Deoptimization",
    "jdk.OldObjectSample",
    "jdk.DataLoss",
    "jdk.DumpReason",
    "profiler.Log",
    "profiler.UserEvent",
];

/// Events that tell of the recording, not of the program.
pub(super) const NO_MARKS: &[&str] =
    &["jdk.ActiveRecording", "jdk.ActiveSetting", "jdk.Flush", "profiler.Free", "profiler.ProcessSample", "profiler.Window"];

/// The kind of samples that an event is.
pub(super) fn kind_of(event: &str) -> Option<usize> {
    KINDS.iter().position(|kind| kind.events.contains(&event))
}

/// Unit of a value over time.
pub(super) fn counter_unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => "bytes",
        Unit::Percent => "percent",
        Unit::Ticks | Unit::Nanoseconds(_) => "nanoseconds",
        Unit::None => "",
    }
}

/// A period as settings write it, in nanoseconds: `20 ms`, `1 s`, and of async-profiler `10000000`.
pub(super) fn period_ns(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: i64 = text.get(..digits)?.parse().ok()?;
    let unit = match text.get(digits..)?.trim() {
        "" | "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        _ => return None,
    };
    number.checked_mul(unit).filter(|&period| period > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods() {
        let told =
            ["20 ms", "1 s", "10000000", "500 us", "everyChunk", "0 ms", "", "99999999999999999999 s", "9223372036854775807 m"];
        let periods = told.map(period_ns);
        assert_eq!(periods[..4], [Some(20_000_000), Some(1_000_000_000), Some(10_000_000), Some(500_000)]);
        assert!(periods[4..].iter().all(Option::is_none));
    }
}
