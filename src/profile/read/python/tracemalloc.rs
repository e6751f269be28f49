//! Snapshots of Python's tracemalloc (<https://docs.python.org/3/library/tracemalloc.html>), as `Snapshot.dump` writes them: a pickle
//! with a trace for each block of memory in use.
//!
//! A trace is `(domain, bytes, frames)`, since Python 3.9 with the number of frames before they were cut, and up to Python 3.5
//! `(bytes, frames)`; a frame is `(file, line)`, the innermost first. There are no names of functions, so a place stands for one, as in
//! the reference.

use std::collections::{BTreeMap, HashMap};

use super::lines::begins_with;
use super::pickle;
use super::values::{ValueId, Values, line};
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, Profile, StackId};
use crate::profile::read::Context;
use crate::profile::read::head::Head;
use crate::profile::read::source::Source;

/// Whether a pickle begins with the class of tracemalloc.
pub(super) fn is_snapshot(head: &Head<'_>) -> bool {
    begins_with(head, b"tracemalloc", b"Snapshot")
}

/// Reads a snapshot.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let data = source.read_all()?;
    let (values, root) = pickle::decode(&data, context)?;
    let traces = values.field(root, "traces");
    let Some(traces) = traces.map(|traces| values.field(traces, "_traces").unwrap_or(traces)) else {
        return Err(context.damaged(0, "it holds no traces, as snapshots of tracemalloc do"));
    };
    let mut builder = Builder::new("tracemalloc", context);
    builder.sample_type("inuse_objects", "count")?;
    builder.profile.default_sample_type = builder.sample_type("inuse_space", "bytes")?;
    builder.has_room(values.memory_bytes() as u64)?;
    let mut reader =
        Reader { values: &values, stacks: HashMap::new(), frames: HashMap::new(), sums: Vec::new(), domains: BTreeMap::new() };
    for &trace in values.items(traces) {
        reader.trace(&mut builder, trace)?;
    }
    let limit = values.field(root, "traceback_limit").and_then(|id| values.int(id));
    reader.finish(builder, limit)
}

/// Blocks and bytes.
type Sums = [i64; 2];

struct Reader<'v, 'd> {
    values: &'v Values<'d>,
    /// Stack of each list of frames: the same list is there once, however many blocks have it.
    stacks: HashMap<ValueId, StackId>,
    frames: HashMap<ValueId, FrameId>,
    /// By the rows of the stacks.
    sums: Vec<Sums>,
    /// Sums of the domains other than Python's own.
    domains: BTreeMap<i64, Sums>,
}

impl Reader<'_, '_> {
    fn trace(&mut self, builder: &mut Builder<'_>, trace: ValueId) -> Result<(), ProfileError> {
        let (domain, size, frames) = match *self.values.items(trace) {
            [size, frames] => (None, size, frames),
            [domain, size, frames] | [domain, size, frames, _] => (self.values.int(domain), size, frames),
            _ => {
                builder.flaw("has a trace without size and frames, which was left out");
                return Ok(());
            }
        };
        let size = self.values.int(size).unwrap_or(0);
        let stack = self.stack(builder, frames)?;
        if let Some(sum) = self.sums.get_mut(stack.0 as usize) {
            add(sum, size);
        }
        if let Some(domain) = domain.filter(|&domain| domain != 0) {
            add(self.domains.entry(domain).or_default(), size);
        }
        builder.tick()
    }

    fn stack(&mut self, builder: &mut Builder<'_>, frames: ValueId) -> Result<StackId, ProfileError> {
        if let Some(&known) = self.stacks.get(&frames) {
            return Ok(known);
        }
        for &frame in self.values.items(frames) {
            let frame = self.frame(builder, frame)?;
            builder.push(frame);
        }
        builder.reverse();
        let stack = builder.stack()?;
        self.stacks.insert(frames, stack);
        self.sums.resize(self.sums.len().max(stack.0 as usize + 1), [0; 2]);
        builder
            .has_room((self.values.memory_bytes() + (self.stacks.len() + self.frames.len()) * 24 + self.sums.len() * 16) as u64)?;
        Ok(stack)
    }

    fn frame(&mut self, builder: &mut Builder<'_>, frame: ValueId) -> Result<FrameId, ProfileError> {
        if let Some(&known) = self.frames.get(&frame) {
            return Ok(known);
        }
        let (file, number) = match *self.values.items(frame) {
            [file, number] => (self.values.text(file).unwrap_or_default(), line(self.values.int(number))),
            _ => {
                builder.flaw("has a frame without file and line, which is shown as “<unknown>”");
                (&b"<unknown>"[..], 0)
            }
        };
        let text = format!("{}:{number}", last_parts(&String::from_utf8_lossy(file)));
        let (name, file) = (builder.text(&text)?, builder.text_bytes(file)?);
        let function = builder.function(name, file, number)?;
        let row = builder.frame(Spot { function, line: number, ..Spot::default() })?;
        self.frames.insert(frame, row);
        Ok(row)
    }

    fn finish(self, mut builder: Builder<'_>, limit: Option<i64>) -> Result<Profile, ProfileError> {
        for (row, sums) in self.sums.iter().enumerate().filter(|(_, sums)| **sums != [0; 2]) {
            builder.sample(StackId(row as u32), sums, At::default())?;
        }
        if let Some(limit) = limit {
            builder.profile.comments.push(format!("At most {limit} frames of each traceback were kept."));
        }
        // A domain says which allocator gave the memory; a file has a handful.
        for (domain, [blocks, bytes]) in self.domains.iter().take(16) {
            builder.profile.comments.push(format!("Domain {domain}: {blocks} blocks, {bytes} bytes."));
        }
        Ok(builder.finish(None))
    }
}

fn add(sums: &mut Sums, size: i64) {
    let [blocks, bytes] = sums;
    *blocks = blocks.saturating_add(1);
    *bytes = bytes.saturating_add(size);
}

/// A file's name; with its folder where the name alone tells nothing.
fn last_parts(file: &str) -> &str {
    let slash = |text: &str| text.rfind(['/', '\\']);
    let Some(last) = slash(file) else { return file };
    let name = file.get(last + 1..).unwrap_or(file);
    if !name.starts_with("__") {
        return name;
    }
    let before = file.get(..last).and_then(slash).map_or(0, |at| at + 1);
    file.get(before..).unwrap_or(file)
}
