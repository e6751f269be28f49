//! Recordings of Linux perf, `perf.data` (<https://github.com/torvalds/linux/blob/master/tools/perf/Documentation/perf.data-file-format.txt>,
//! <https://man7.org/linux/man-pages/man2/perf_event_open.2.html>): from files and pipes, packed and not, of both byte orders.
//!
//! The records are walked twice: the first time for their times, because they are not sorted, the second in the order of those. Names come
//! from the binaries where they are found; see [`super::binaries`]. Stacks that were copied instead of walked (`--call-graph dwarf`), traces of
//! the processor and texts of tracepoints are not read.

mod attr;
mod file;
mod names;
mod records;
mod samples;
mod spaces;

use super::Context;
use super::bytes::Bytes;
use super::head::Head;
use super::source::Source;
use crate::profile::build::Builder;
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::Profile;
use attr::Attr;
use file::Recording;
use records::{Record, Records};
use samples::Samples;

/// Whether it begins as a recording does.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    head.starts_with(file::LITTLE) || head.starts_with(file::BIG)
}

/// Reads a recording.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let (data, cut) = source.read_what_is_there()?;
    let mut builder = Builder::new("perf.data", context);
    builder.profile.warnings.extend(cut.map(|error| format!("{error}. What comes before that is shown.")));
    builder.place = context.place(data.len() as u64);
    let Some(mut recording) = Recording::open(&data) else {
        return Err(builder.damaged("it ends inside its header, or its header says what cannot be"));
    };
    let (start, end) = recording.records;
    let records = data.get(start..end).unwrap_or_default();
    let limit = context.limits.unpacked_bytes;
    let Some((records, flaw)) = records::unpacked(records, recording.is_big, limit) else {
        let (file, what) = (context.file.into(), "its unpacked records");
        return Err(ProfileError::TooLarge { file, place: Place::File, what, limit_bytes: limit });
    };
    recording.warnings.extend(flaw);
    let order = order(&mut recording, &records, &mut builder)?;
    let mut samples = Samples::new(&recording, builder);
    for at in order {
        samples.record(Records::get(&records, at, recording.is_big), start + at)?;
    }
    samples.finish()
}

/// Places of the records that matter, in the order of their times. Those without a time come first, as they stand.
fn order(recording: &mut Recording, data: &[u8], builder: &mut Builder<'_>) -> Result<Vec<usize>, ProfileError> {
    let mut order: Vec<(u64, usize)> = Vec::new();
    let mut records = Records::new(data, 0, recording.is_big);
    for record in &mut records {
        if let Some(time) = time(recording, &record) {
            order.push((time, record.at));
            if order.len().is_multiple_of(1 << 14) {
                builder.has_room(order.capacity() as u64 * 24)?;
                builder.context.cancel.check()?;
            }
        }
    }
    if records.is_cut {
        recording.warnings.push("The last record is cut off");
    }
    if !order.is_sorted_by_key(|&(time, _)| time) {
        order.sort_by_key(|&(time, _)| time);
    }
    Ok(order.into_iter().map(|(_, at)| at).collect())
}

/// The time of a record that matters, 0 when it has none; `None` for one that does not matter. What is told of the recording is taken at once.
fn time(recording: &mut Recording, record: &Record<'_>) -> Option<u64> {
    let is_big = recording.is_big;
    let body = Bytes::new(record.body, is_big);
    match record.kind {
        records::HEADER_ATTR => recording.add_attr(record.body).and(None),
        records::EVENT_UPDATE => recording.update(record.body).and(None),
        records::HEADER_BUILD_ID => recording.add_build_id(record.misc, record.body).and(None),
        records::HEADER_FEATURE => {
            let kind = body.clone().u64().and_then(|kind| u32::try_from(kind).ok());
            recording.feature(kind?, record.body.get(8..)?);
            None
        }
        records::SAMPLE => {
            let event = event_of(recording, body)?;
            Some(event.time(body).unwrap_or(0))
        }
        records::MMAP
        | records::MMAP2
        | records::COMM
        | records::FORK
        | records::EXIT
        | records::LOST
        | records::LOST_SAMPLES
        | records::KSYMBOL => {
            let time = recording.events.first().and_then(|event| event.time_of_other(body, is_big)).unwrap_or(0);
            Some(if time == u64::MAX { 0 } else { time })
        }
        _ => None,
    }
}

/// The event of a sample.
fn event_of<'r>(recording: &'r Recording, body: Bytes<'_>) -> Option<&'r Attr> {
    recording.events.get(event_row(recording, body))
}

/// Its row; the first where the sample does not say.
fn event_row(recording: &Recording, body: Bytes<'_>) -> usize {
    let first = recording.events.first().filter(|_| recording.events.len() > 1);
    first.and_then(|first| first.id(body)).and_then(|id| recording.ids.get(&id).copied()).unwrap_or(0)
}
