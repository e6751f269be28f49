//! line_profiler (<https://kernprof.readthedocs.io>): the pickle of a `LineStats`, as `kernprof -l` writes it: the `unit` of times in
//! seconds, and `timings`: `{(file, first line, function): [(line, hits, time)]}`.
//!
//! The time of a line is that until the next one of the same function begins, all that the line calls included, so a function that calls
//! itself or another one that is watched has that time again: the reference adds it up the same way.

use super::pickle;
use super::values::{ValueId, Values, line};
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{FunctionId, Profile};
use crate::profile::read::Context;
use crate::profile::read::head::Head;
use crate::profile::read::source::Source;

/// The class stands at the very beginning.
const BEGINNING: usize = 200;

const REMARK: &str = "The time of a line includes what it calls: time spent in a function that another one in this file calls is counted \
     in both.";

/// Whether a pickle begins with the class of line_profiler.
pub(super) fn is_lines(head: &Head<'_>) -> bool {
    begins_with(head, b"line_profiler", b"LineStats")
}

/// Whether a pickle begins with a class of this name in a module named so.
pub(super) fn begins_with(head: &Head<'_>, module: &[u8], class: &[u8]) -> bool {
    let beginning = head.bytes.get(..head.bytes.len().min(BEGINNING)).unwrap_or_default();
    let at = |text| memchr::memmem::find(beginning, text);
    head.bytes.first() == Some(&pickle::PROTOCOL) && at(module).zip(at(class)).is_some_and(|(module, class)| module < class)
}

/// Reads a file of line_profiler.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let data = source.read_all()?;
    let (values, root) = pickle::decode(&data, context)?;
    let (Some(timings), Some(unit)) = (values.field(root, "timings"), values.field(root, "unit").and_then(|id| values.number(id)))
    else {
        return Err(context.damaged(0, "it holds no lines with times and no unit of time, as files of line_profiler do"));
    };
    let mut builder = Builder::new("line_profiler", context);
    builder.sample_type("hits", "count")?;
    builder.profile.default_sample_type = builder.sample_type("time", "nanoseconds")?;
    builder.has_room(values.memory_bytes() as u64)?;
    for (key, lines) in values.entries(timings) {
        function(&mut builder, &values, unit * 1e9, (key, lines))?;
    }
    builder.profile.comments.push(format!("One unit of time was {unit} s."));
    builder.profile.comments.push(REMARK.into());
    Ok(builder.finish(None))
}

/// Takes the lines of one function. `factor` gives nanoseconds.
fn function(
    builder: &mut Builder<'_>,
    values: &Values<'_>,
    factor: f64,
    (key, lines): (ValueId, ValueId),
) -> Result<(), ProfileError> {
    let Some(function) = self::key(builder, values, key)? else {
        builder.flaw("is no function with its file and line, and was left out");
        return Ok(());
    };
    for &item in values.items(lines) {
        let &[number, hits, time] = values.items(item) else {
            builder.flaw("is a function with a line that has no hits and time; the line was left out");
            continue;
        };
        let spot = Spot { function, line: line(values.int(number)), ..Spot::default() };
        let frame = builder.frame(spot)?;
        let stack = builder.stack_of([frame])?;
        let time = scaled(values, time, factor);
        builder.sample(stack, &[values.int(hits).unwrap_or(0), time], At::default())?;
    }
    Ok(())
}

fn key(builder: &mut Builder<'_>, values: &Values<'_>, key: ValueId) -> Result<Option<FunctionId>, ProfileError> {
    let &[file, first, name] = values.items(key) else { return Ok(None) };
    let (Some(file), Some(text)) = (values.text(file), values.text(name)) else { return Ok(None) };
    builder.place = values.place(name).map_or(Place::File, |at| builder.context.place(at));
    let (file, name) = (builder.text_bytes(file)?, builder.text_bytes(text)?);
    builder.function(name, file, line(values.int(first))).map(Some)
}

/// A time in nanoseconds: exact where the unit is a whole number of them, as it is in all versions; rounded to the nearest otherwise.
fn scaled(values: &Values<'_>, time: ValueId, factor: f64) -> i64 {
    let whole = factor.round();
    match values.int(time) {
        Some(time) if (factor - whole).abs() < 1e-6 => time.saturating_mul(whole as i64),
        _ => (values.number(time).unwrap_or(0.0) * factor).round() as i64,
    }
}
