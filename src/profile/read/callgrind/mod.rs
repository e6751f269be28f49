//! Callgrind's output and the older one of cachegrind: what each line of each function took, and what calls took with all that they
//! called (<https://valgrind.org/docs/manual/cl-format.html>, <https://valgrind.org/docs/manual/cg-manual.html>). Xdebug, `go tool pprof
//! -callgrind` and converters to KCachegrind write it too.
//!
//! Code inlined from another file has rows of its own there (`fi=`), which are taken as a function of the same name in that file, called
//! by the one that it was inlined into: that is how `callgrind_annotate` lists them.

mod events;
mod header;
mod names;
mod numbers;
mod state;

use super::Context;
use super::head::Head;
use super::lines::Lines;
use super::source::Source;
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::graph;
use crate::profile::model::{FunctionId, MappingId, Profile};
use state::State;

/// Whether there is a line `events:`, and only lines of a key and a value before it.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    head.lines().find(|line| !line.is_empty()).is_some_and(|line| line.starts_with(b"# callgrind format"))
        || has_header(head, is_header)
}

/// Whether it is what cachegrind writes: descriptions, the command, and the events.
pub(super) fn sniff_cachegrind(head: &Head<'_>) -> bool {
    let is_known = |line: &[u8]| line.starts_with(b"desc:") || line.starts_with(b"cmd:");
    head.lines().take(64).any(|line| line.starts_with(b"cmd:")) && has_header(head, is_known)
}

/// Whether `events:` is the first line that is none of a header.
fn has_header(head: &Head<'_>, is_header: impl Fn(&[u8]) -> bool) -> bool {
    let first = head.lines().filter(|line| !line.is_empty()).find(|line| !is_header(line));
    first.is_some_and(|line| line.starts_with(b"events:"))
}

fn is_header(line: &[u8]) -> bool {
    let key = line.split(|&byte| byte == b':').next().unwrap_or_default();
    let is_key = key.len() < line.len() && !key.is_empty() && key != b"events" && key.iter().all(u8::is_ascii_alphabetic);
    is_key || line.starts_with(b"#")
}

/// Reads the file line by line.
pub(super) fn read(source: &mut Source<'_>, head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let format = if sniff_cachegrind(head) { "cachegrind" } else { "callgrind" };
    let mut state = State::new(Builder::new(format, context));
    let mut lines = Lines::new(source);
    while let Some(line) = lines.next()? {
        state.line(line)?;
    }
    drop(lines);
    finish(state)
}

fn finish(mut state: State<'_>) -> Result<Profile, ProfileError> {
    state.end()?;
    let State { mut builder, threads, mappings, parts, .. } = state;
    let graph = graph::call_graph(&builder, &threads)?;
    let spot = |function: FunctionId| {
        let mapping = mappings.get(function.0 as usize).copied().filter(|&id| id != MappingId::NONE);
        Spot { function, mapping, inlined: parts.contains(&function), ..Spot::default() }
    };
    let count = threads.len();
    for (at, calls) in threads {
        graph::add_stacks(&mut builder, &calls, At { ..at }, count, spot)?;
    }
    Ok(builder.finish(Some(graph)))
}
