//! Profiles of stackprof, the sampling profiler of Ruby, as JSON and as its own dumps (Ruby's Marshal format)
//! (<https://github.com/tmm1/stackprof>).
//!
//! With `raw: true` a profile holds all stacks; otherwise only what each method took and which it called.

mod fill;
mod json;
mod marshal;
mod objects;

use std::collections::HashMap;

use super::Context;
use super::head::Head;
use super::source::Source;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::{Profile, StringId};

/// What stands in a file.
#[derive(Debug, Default)]
struct Dump {
    /// What was sampled: `wall`, `cpu`, `object` or `custom`.
    mode: String,
    /// Microseconds, or allocations, between two samples.
    interval: i64,
    samples: i64,
    missed: i64,
    /// Methods by their number.
    frames: HashMap<i64, Method>,
    /// For each stack: how many frames, their numbers from the root on, how often.
    raw: Vec<i64>,
    /// As `raw`, with lines in the place of numbers.
    lines: Vec<i64>,
    /// Microseconds before each sample.
    deltas: Vec<i64>,
}

/// A method.
#[derive(Clone, Debug, Default)]
struct Method {
    name: StringId,
    file: StringId,
    line: u32,
    total: i64,
    own: i64,
    /// Numbers of the methods it called, and samples in those calls.
    edges: Vec<(i64, i64)>,
}

/// Whether it begins as a profile of stackprof in JSON, or as a dump.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    if head.is_json_object() {
        return ["mode", "interval", "samples"].iter().all(|key| head.has_key(key))
            && (head.has_key("missed_samples") || head.has_key("gc_samples"));
    }
    head.starts_with(b"\x04\x08{") && head.has(":\x09mode") && head.has(":\x0dinterval")
}

/// Reads a profile in either form.
pub(super) fn read(source: &mut Source<'_>, head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("stackprof", context);
    let mut dump = Dump::default();
    if head.is_json_object() {
        json::read(source, &mut dump, &mut builder)?;
    } else {
        let data = source.read_all()?;
        objects::read(&data, &mut dump, &mut builder)?;
    }
    fill::fill(dump, builder)
}
