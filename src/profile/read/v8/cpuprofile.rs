//! CPU profiles of V8 (`.cpuprofile`): of `node --cpu-prof`, of the developer tools of Chrome, of v8-profiler; a list of nodes or, before 2016,
//! a tree of them, and the samples in the order of time.
//!
//! <https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile>

use super::nodes::Nodes;
use super::timeline::{Kinds, Timeline};
use crate::profile::build::{At, Builder};
use crate::profile::error::ProfileError;
use crate::profile::model::Profile;
use crate::profile::read::Context;
use crate::profile::read::head::Head;
use crate::profile::read::json::{Json, Kind};
use crate::profile::read::source::Source;

/// Whether it begins as one.
pub(in super::super) fn sniff(head: &Head<'_>) -> bool {
    if !head.is_json_object() {
        return false;
    }
    let list = head.has_member("nodes") && head.has_member("callFrame");
    let tree = head.has_member("head") && head.has_member("functionName") && !head.has_member("selfSize");
    // Its nodes may stand behind a long list of samples.
    let named = head.is_named(".cpuprofile") && ["nodes", "samples", "timeDeltas", "head"].iter().any(|key| head.has_member(key));
    list || tree || named
}

/// Reads one, piece by piece.
pub(in super::super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("V8 CPU profile", context);
    let mut json = Json::new(source)?;
    let (mut nodes, mut timeline) = (Nodes::default(), Timeline::default());
    json.begin_object()?;
    let unit = read_members(&mut json, &mut builder, &mut nodes, &mut timeline)?;
    timeline.start_ns = timeline.start_ns.map(|start| start.saturating_mul(unit));
    timeline.end_ns = timeline.end_ns.map(|end| end.saturating_mul(unit));
    builder.place = crate::profile::error::Place::File;
    finish(builder, nodes, timeline)
}

/// Reads the document; gives what the times of beginning and end are to be multiplied by.
fn read_members(
    json: &mut Json<'_, '_>,
    builder: &mut Builder<'_>,
    nodes: &mut Nodes,
    timeline: &mut Timeline,
) -> Result<i64, ProfileError> {
    let mut unit = 1;
    loop {
        match json.next_key()? {
            None => return Ok(unit),
            Some("nodes") => read_list(json, builder, nodes)?,
            Some("head") => {
                // In this old form they are seconds.
                unit = 1_000_000;
                super::read_nodes(json, builder, nodes)?;
            }
            Some("samples") => Timeline::read_rows(json, builder, &mut timeline.samples)?,
            Some("timeDeltas") => Timeline::read_times(json, builder, &mut timeline.deltas)?,
            Some("timestamps") => Timeline::read_times(json, builder, &mut timeline.times)?,
            Some("lines") => Timeline::read_rows(json, builder, &mut timeline.lines)?,
            Some("startTime") => timeline.start_ns = json.maybe_scaled(3)?,
            Some("endTime") => timeline.end_ns = json.maybe_scaled(3)?,
            Some("title") => {
                let title = json.maybe_text()?.filter(|title| !title.is_empty()).map(str::to_owned);
                builder.profile.comments.extend(title);
            }
            Some(_) => json.skip()?,
        }
    }
}

fn read_list(json: &mut Json<'_, '_>, builder: &mut Builder<'_>, nodes: &mut Nodes) -> Result<(), ProfileError> {
    match json.kind()? {
        Kind::Array => super::read_nodes(json, builder, nodes),
        _ => Err(json.unexpected("a list of nodes")),
    }
}

fn finish(mut builder: Builder<'_>, mut nodes: Nodes, mut timeline: Timeline) -> Result<Profile, ProfileError> {
    nodes.join(&mut builder)?;
    let kinds = Kinds::new(&mut builder, nodes.has_idle())?;
    let span = timeline.start_ns.zip(timeline.end_ns).and_then(|(start, end)| u64::try_from(end.saturating_sub(start)).ok());
    builder.profile.duration_ns = span;
    if timeline.samples.is_empty() {
        add_hits(&mut builder, &mut nodes, kinds, span.unwrap_or(0))?;
        return Ok(builder.finish(None));
    }
    // Whole seconds are no use beside the times of the samples.
    if !timeline.times.is_empty() {
        let (first, last) = (timeline.times.iter().min().copied(), timeline.times.iter().max().copied());
        builder.profile.duration_ns = first.zip(last).and_then(|(first, last)| u64::try_from(last.saturating_sub(first)).ok());
        (timeline.start_ns, timeline.end_ns) = (first, None);
    }
    timeline.add(&mut builder, &mut nodes, kinds, None, None)?;
    Ok(builder.finish(None))
}

/// Samples of a profile that only counts them: each is as long as the others.
fn add_hits(builder: &mut Builder<'_>, nodes: &mut Nodes, kinds: Kinds, span_ns: u64) -> Result<(), ProfileError> {
    let count = nodes.len() as u32;
    let hits: i128 = (0..count).map(|row| i128::from(nodes.value(row).max(0))).sum();
    for row in (0..count).filter(|&row| nodes.value(row) > 0).collect::<Vec<_>>() {
        let own = nodes.value(row);
        let time = i128::from(span_ns).saturating_mul(i128::from(own)) / hits.max(1);
        let stack = nodes.stack(builder, row, 0)?;
        builder.sample(stack, &kinds.values(own, i64::try_from(time).unwrap_or(i64::MAX), nodes.is_idle(row)), At::default())?;
    }
    Ok(())
}
