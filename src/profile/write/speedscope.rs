//! Writing speedscope's JSON (<https://www.speedscope.app/file-format-schema.json>): a profile of stacks and weights for each thread and
//! sample type.
//!
//! What the format has no room for stands under a key of our own, which other programs pass over and `read/speedscope/own.rs` reads:
//! so this program gets back the sample types, the threads with their numbers, the times of samples, and values below nothing.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};
use std::ops::Range;

use serde_json::{Value, json};

use super::Steps;
use crate::profile::model::{FrameId, FunctionId, Profile, Samples, StringId, Thread};

/// Writes samples with their values of these sample types.
pub(super) fn write<W: Write>(profile: &Profile, types: &[usize], out: W, steps: Steps<'_>) -> io::Result<W> {
    let (order, threads) = by_thread(profile);
    let list = List::new(profile);
    let mut writer = Writer { profile, types, out: BufWriter::with_capacity(256 << 10, out), steps, order, threads, list };
    writer.write()?;
    writer.out.into_inner().map_err(io::IntoInnerError::into_error)
}

/// A thread, if its samples name one, and which of the samples are its.
type Share = (Option<Thread>, Range<usize>);

/// The samples thread by thread, those of none last, each thread's by their times where they have such; and which of them are whose.
fn by_thread(profile: &Profile) -> (Vec<u32>, Vec<Share>) {
    let samples = &profile.samples;
    let thread = |&row: &u32| samples.thread.get(row as usize).map_or(u32::MAX, |thread| thread.0);
    let time =
        |row: &u32| samples.time_ns.get(*row as usize).filter(|&&time| time != Samples::NO_TIME).map_or(i64::MAX, |&time| time);
    let mut order: Vec<u32> = (0..samples.len() as u32).collect();
    if !samples.thread.is_empty() || !samples.time_ns.is_empty() {
        order.sort_by_key(|row| (thread(row), time(row)));
    }
    let (mut threads, mut start) = (Vec::new(), 0);
    for rows in order.chunk_by(|a, b| thread(a) == thread(b)) {
        let id = rows.first().map_or(u32::MAX, thread);
        threads.push((profile.threads.get(id as usize).copied(), start..start + rows.len()));
        start += rows.len();
    }
    if threads.is_empty() {
        threads.push((None, 0..0));
    }
    (order, threads)
}

/// The list of frames: a row for each function and line that a sample names, in the order in which they are found.
struct List {
    /// Row of each of the profile's frames.
    row_of: Vec<u32>,
    frames: Vec<(FunctionId, u32)>,
}

impl List {
    fn new(profile: &Profile) -> Self {
        let mut list = Self { row_of: vec![u32::MAX; profile.frames.len()], frames: Vec::new() };
        let (mut rows, mut seen) = (HashMap::new(), vec![false; profile.stacks.len()]);
        for &stack in &profile.samples.stack {
            if let Some(seen @ false) = seen.get_mut(stack.0 as usize) {
                *seen = true;
                profile.stacks.get(stack).iter().for_each(|&frame| list.add(profile, frame, &mut rows));
            }
        }
        list
    }

    fn add(&mut self, profile: &Profile, frame: FrameId, rows: &mut HashMap<(FunctionId, u32), u32>) {
        let at = frame.0 as usize;
        let Some(row @ &mut u32::MAX) = self.row_of.get_mut(at) else { return };
        let function = profile.frames.function.get(at).copied().unwrap_or_default();
        let line = match profile.frames.line.get(at) {
            Some(&line) if line != 0 => line,
            _ => profile.functions.start_line.get(function.0 as usize).copied().unwrap_or(0),
        };
        let next = self.frames.len() as u32;
        *row = *rows.entry((function, line)).or_insert(next);
        if *row == next {
            self.frames.push((function, line));
        }
    }
}

struct Writer<'a, W: Write> {
    profile: &'a Profile,
    types: &'a [usize],
    out: BufWriter<W>,
    steps: Steps<'a>,
    order: Vec<u32>,
    threads: Vec<Share>,
    list: List,
}

impl<W: Write> Writer<'_, W> {
    fn write(&mut self) -> io::Result<()> {
        let active = self.types.iter().position(|&row| row == self.profile.default_sample_type).unwrap_or(0);
        let exporter = concat!("tachograph@", env!("CARGO_PKG_VERSION"));
        write!(self.out, "{{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"exporter\":\"{exporter}\",")?;
        write!(self.out, "\"activeProfileIndex\":{active},\"tachograph\":{},\n\"shared\":{{\"frames\":[", self.header())?;
        for row in 0..self.list.frames.len() {
            self.separate(row)?;
            self.frame(row)?;
        }
        self.out.write_all(b"]},\n\"profiles\":[")?;
        for nth in 0..self.threads.len() {
            for (at, &sample_type) in self.types.iter().enumerate() {
                self.separate(nth + at)?;
                self.part(nth, at, sample_type)?;
            }
        }
        self.out.write_all(b"]}\n")
    }

    /// Puts a comma before all items of a list but the first.
    fn separate(&mut self, row: usize) -> io::Result<()> {
        self.out.write_all(if row == 0 { b"" } else { b",\n" })
    }

    fn text(&self, id: StringId) -> &str {
        self.profile.strings.get(id)
    }

    /// What is told of the whole profile.
    fn header(&self) -> Value {
        let profile = self.profile;
        let types = self.types.iter().map(|&row| profile.sample_type(row)).collect::<Vec<_>>();
        let period_type = profile.period_type.map(|found| (self.text(found.name), self.text(found.unit)));
        let all = [
            ("sampleTypes", json!(types)),
            ("timeNs", json!(profile.time_ns)),
            ("durationNs", json!(profile.duration_ns)),
            ("period", json!(profile.period)),
            ("periodType", json!(period_type)),
            ("comments", json!(profile.comments)),
        ];
        without_null(all)
    }

    fn frame(&mut self, row: usize) -> io::Result<()> {
        let (function, line) = self.list.frames.get(row).copied().unwrap_or_default();
        let (name, file) = (self.profile.function_name(function), self.profile.function_file(function));
        self.out.write_all(b"{\"name\":")?;
        serde_json::to_writer(&mut self.out, name)?;
        if !file.is_empty() {
            self.out.write_all(b",\"file\":")?;
            serde_json::to_writer(&mut self.out, file)?;
        }
        if line != 0 {
            write!(self.out, ",\"line\":{line}")?;
        }
        self.out.write_all(b"}")
    }

    /// A thread's samples with their values of one sample type, the `at`th that is written.
    fn part(&mut self, nth: usize, at: usize, sample_type: usize) -> io::Result<()> {
        let (thread, rows) = self.threads.get(nth).cloned().unwrap_or_default();
        let name = self.name(thread, sample_type);
        self.out.write_all(b"{\"type\":\"sampled\",\"name\":")?;
        serde_json::to_writer(&mut self.out, &name)?;
        write!(self.out, ",\"unit\":\"{}\",\"tachograph\":{{\"sampleType\":{at}", unit(self.profile.sample_type(sample_type).1))?;
        if let Some(thread) = thread {
            write!(self.out, ",\"thread\":{}", self.thread(thread))?;
        }
        if at > 0 {
            write!(self.out, ",\"sameSamplesAs\":{}", nth * self.types.len())?;
        } else if !self.profile.samples.time_ns.is_empty() {
            self.times(rows.clone())?;
        }
        self.below(rows.clone(), sample_type)?;
        self.stacks(rows.clone())?;
        self.weights(rows, sample_type)
    }

    fn thread(&self, thread: Thread) -> Value {
        let text = |id: StringId| Some(self.text(id)).filter(|text| !text.is_empty());
        let all = [
            ("name", json!(text(thread.name))),
            ("id", json!(thread.id)),
            ("process", json!(text(thread.process_name))),
            ("processId", json!(thread.process_id)),
        ];
        without_null(all)
    }

    /// What a person reads in the viewer's list of profiles.
    fn name(&self, thread: Option<Thread>, sample_type: usize) -> String {
        let thread = thread.unwrap_or_default();
        let mut parts = Vec::new();
        for (name, id, kind) in [(thread.process_name, thread.process_id, "process"), (thread.name, thread.id, "thread")] {
            match (self.text(name), id) {
                ("", Some(id)) => parts.push(format!("{kind} {id}")),
                ("", None) => {}
                (name, _) => parts.push(name.to_owned()),
            }
        }
        if self.types.len() > 1 || parts.is_empty() {
            parts.push(self.profile.sample_type(sample_type).0.to_owned());
        }
        parts.join(" · ")
    }

    fn row(&self, at: usize) -> usize {
        self.order.get(at).map_or(0, |&row| row as usize)
    }

    fn value(&self, at: usize, sample_type: usize) -> i64 {
        self.profile.samples.column(sample_type).get(self.row(at)).copied().unwrap_or_default()
    }

    fn times(&mut self, rows: Range<usize>) -> io::Result<()> {
        self.out.write_all(b",\"timesNs\":[")?;
        for at in rows.clone() {
            let comma = if at == rows.start { "" } else { "," };
            match self.profile.samples.time_ns.get(self.row(at)) {
                Some(&time) if time != Samples::NO_TIME => write!(self.out, "{comma}{time}")?,
                _ => write!(self.out, "{comma}null")?,
            }
        }
        self.out.write_all(b"]")
    }

    /// Values below 0, which the viewer refuses, with the places of their samples.
    fn below(&mut self, rows: Range<usize>, sample_type: usize) -> io::Result<()> {
        let mut is_first = true;
        for at in rows.clone() {
            let value = self.value(at, sample_type);
            if value < 0 {
                let lead = if std::mem::take(&mut is_first) { ",\"below\":[" } else { "," };
                write!(self.out, "{lead}[{},{value}]", at - rows.start)?;
            }
        }
        self.out.write_all(if is_first { b"}" } else { b"]}" })
    }

    fn stacks(&mut self, rows: Range<usize>) -> io::Result<()> {
        self.out.write_all(b",\n\"samples\":[")?;
        for at in rows.clone() {
            self.steps.step()?;
            self.out.write_all(if at == rows.start { b"[" } else { b",[" })?;
            let stack = self.profile.samples.stack.get(self.row(at));
            let frames = stack.map_or(&[][..], |&stack| self.profile.stacks.get(stack));
            for (nth, frame) in frames.iter().enumerate() {
                let row = self.list.row_of.get(frame.0 as usize).copied().unwrap_or(0);
                write!(self.out, "{}{row}", if nth == 0 { "" } else { "," })?;
            }
            self.out.write_all(b"]")?;
        }
        self.out.write_all(b"],\n")
    }

    fn weights(&mut self, rows: Range<usize>, sample_type: usize) -> io::Result<()> {
        let sum: i128 = rows.clone().map(|at| i128::from(self.value(at, sample_type).max(0))).sum();
        write!(self.out, "\"startValue\":0,\"endValue\":{sum},\"weights\":[")?;
        for at in rows.clone() {
            let comma = if at == rows.start { "" } else { "," };
            write!(self.out, "{comma}{}", self.value(at, sample_type).max(0))?;
        }
        self.out.write_all(b"]}")
    }
}

/// The format's name for a unit; what it has none for has none.
fn unit(unit: &str) -> &'static str {
    match unit {
        "nanoseconds" | "ns" => "nanoseconds",
        "microseconds" | "us" => "microseconds",
        "milliseconds" | "ms" => "milliseconds",
        "seconds" | "s" => "seconds",
        "bytes" => "bytes",
        _ => "none",
    }
}

/// An object of those values that are told.
fn without_null<const N: usize>(all: [(&str, Value); N]) -> Value {
    let told = all.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(told.map(|(key, value)| (key.to_owned(), value)).collect())
}
