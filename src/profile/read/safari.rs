//! Timelines that the Web Inspector of Safari (WebKit) exports: samples of scripts, and records of what the page did.
//!
//! <https://github.com/WebKit/WebKit/blob/main/Source/WebInspectorUI/UserInterface/Models/TimelineRecording.js> (`exportData`); the frames are
//! those of the protocol (`ScriptProfiler.json`, `Console.json`).

use std::collections::HashMap;
use std::sync::Arc;

use super::Context;
use super::head::Head;
use super::json::{Json, Kind};
use super::source::Source;
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{FrameId, Profile, StackId, StringId, ThreadId};
use crate::profile::timeline::Marker;

/// Seconds × 10^9.
const NANO: u32 = 9;

/// Whether it begins as one.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    let parts = ["sampleStackTraces", "instrumentTypes", "discontinuities"];
    head.is_json_object() && head.has_member("recording") && parts.iter().any(|part| head.has_member(part))
}

/// What was read so far. Times are nanoseconds by the clock of the page.
#[derive(Default)]
struct Recording {
    start_ns: Option<i64>,
    end_ns: Option<i64>,
    /// When each sample ended, and its stack.
    samples: Vec<(i64, StackId)>,
    durations_ns: Vec<i64>,
    /// Row of each counter.
    counters: HashMap<String, usize>,
}

/// Reads one, piece by piece.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("Safari timeline", context);
    let mut json = Json::new(source)?;
    let mut recording = Recording::default();
    json.begin_object()?;
    loop {
        match json.next_key()? {
            None => break,
            Some("recording") => recording.read(&mut json, &mut builder)?,
            Some(_) => json.skip()?,
        }
    }
    builder.place = Place::File;
    recording.finish(builder)
}

impl Recording {
    fn read(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if !json.try_object()? {
            return Ok(());
        }
        loop {
            match json.next_key()? {
                None => return Ok(()),
                Some("displayName") => builder.profile.comments.extend(json.maybe_text()?.map(str::to_owned)),
                Some("startTime") => self.start_ns = json.maybe_scaled(NANO)?,
                Some("endTime") => self.end_ns = json.maybe_scaled(NANO)?,
                Some("sampleStackTraces") => each(json, builder, |json, builder| self.read_sample(json, builder))?,
                Some("records") => each(json, builder, |json, builder| self.read_record(json, builder))?,
                Some("markers") => each(json, builder, read_marker)?,
                Some("sampleDurations") => {
                    if json.try_array()? {
                        while json.next_item()? {
                            self.durations_ns.push(json.maybe_scaled(NANO)?.unwrap_or(0));
                            builder.tick()?;
                        }
                    }
                }
                Some(_) => json.skip()?,
            }
        }
    }

    fn read_sample(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let mut time = 0;
        loop {
            match json.next_key()? {
                None => break,
                Some("timestamp") => time = json.maybe_scaled(NANO)?.unwrap_or(0),
                Some("stackFrames") => each(json, builder, |json, builder| {
                    let frame = read_frame(json, builder)?;
                    builder.push(frame);
                    Ok(())
                })?,
                Some(_) => json.skip()?,
            }
        }
        builder.reverse();
        let stack = builder.stack()?;
        self.samples.push((time, stack));
        Ok(())
    }

    /// Something that the page did, or the processor's or memory's use at a time.
    fn read_record(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let (mut category, mut name, mut text) = Default::default();
        let (mut start, mut end, mut time, mut usage) = (None, None, None, None);
        let mut sizes = Vec::new();
        loop {
            match json.next_key()? {
                None => break,
                Some("type") => category = read_text(json, builder, "timeline-record-type-")?,
                Some("eventType") => name = read_text(json, builder, "")?,
                Some("details") => text = read_text(json, builder, "")?,
                Some("startTime") => start = json.maybe_scaled(NANO)?,
                Some("endTime") => end = json.maybe_scaled(NANO)?,
                Some("timestamp") => time = json.maybe_scaled(NANO)?,
                Some("usage") => usage = json.maybe_number()?,
                Some("categories") => each(json, builder, |json, _| read_size(json, &mut sizes))?,
                Some(_) => json.skip()?,
            }
        }
        if let Some(time) = time {
            self.count(builder, "cpu", "percent", time, usage)?;
            for (kind, size) in sizes {
                self.count(builder, &kind, "bytes", time, Some(size))?;
            }
        }
        let Some(start_ns) = start else { return Ok(()) };
        let name = if name == StringId(0) { category } else { name };
        let end_ns = end.unwrap_or(start_ns).max(start_ns);
        builder.marker(Marker { name, category, text, thread: ThreadId::NONE, start_ns, end_ns })
    }

    fn count(
        &mut self,
        builder: &mut Builder<'_>,
        name: &str,
        unit: &str,
        time_ns: i64,
        value: Option<f64>,
    ) -> Result<(), ProfileError> {
        let Some(value) = value else { return Ok(()) };
        let row = match self.counters.get(name) {
            Some(&row) => row,
            None => {
                let row = builder.counter(name, unit, ThreadId::NONE)?;
                self.counters.insert(name.to_owned(), row);
                row
            }
        };
        builder.count(row, time_ns, value)
    }

    fn finish(mut self, mut builder: Builder<'_>) -> Result<Profile, ProfileError> {
        builder.sample_type("samples", "count")?;
        builder.profile.default_sample_type = builder.sample_type("cpu", "nanoseconds")?;
        if self.samples.len() != self.durations_ns.len() {
            builder.flaw("has lists of samples and of durations that are not equally long; missing durations were taken as 0");
            self.durations_ns.resize(self.samples.len(), 0);
        }
        let first = self.samples.iter().map(|&(time, _)| time).min();
        let origin = self.start_ns.or(first).unwrap_or(0);
        for (&(time, stack), &duration) in self.samples.iter().zip(&self.durations_ns) {
            let begin = time.saturating_sub(duration).saturating_sub(origin);
            builder.sample(stack, &[1, duration], At { thread: None, time_ns: Some(begin) })?;
        }
        let markers = Arc::make_mut(&mut builder.profile.markers);
        let counters = builder.profile.counters.iter_mut().flat_map(|counter| &mut counter.time_ns);
        let times = markers.start_ns.iter_mut().chain(&mut markers.end_ns).chain(counters);
        times.for_each(|time| *time = time.saturating_sub(origin));
        builder.profile.duration_ns = self.end_ns.and_then(|end| u64::try_from(end.saturating_sub(origin)).ok());
        Ok(builder.finish(None))
    }
}

/// Calls `read` inside of each object of a list.
fn each(
    json: &mut Json<'_, '_>,
    builder: &mut Builder<'_>,
    mut read: impl FnMut(&mut Json<'_, '_>, &mut Builder<'_>) -> Result<(), ProfileError>,
) -> Result<(), ProfileError> {
    if json.try_array()? {
        while json.next_item()? {
            builder.place = json.place();
            if json.try_object()? {
                read(json, builder)?;
            }
            builder.tick()?;
        }
    }
    Ok(())
}

/// A function with the place where it begins, and that of the call in it.
fn read_frame(json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<FrameId, ProfileError> {
    let (mut name, mut url, mut start_line, mut line) = (StringId(0), StringId(0), 0, 0);
    loop {
        match json.next_key()? {
            None => break,
            Some("name") => name = read_text(json, builder, "")?,
            Some("url") => url = read_text(json, builder, "")?,
            Some("line") => start_line = read_line(json)?,
            Some("expressionLocation") => {
                if json.try_object()? {
                    loop {
                        match json.next_key()? {
                            None => break,
                            Some("line") => line = read_line(json)?,
                            Some(_) => json.skip()?,
                        }
                    }
                }
            }
            Some(_) => json.skip()?,
        }
    }
    if name == StringId(0) {
        name = super::v8::unnamed(builder, url, start_line)?;
    }
    let function = builder.function(name, url, start_line)?;
    builder.frame(Spot { function, line, ..Spot::default() })
}

/// A line; that of code which is no script is told as the largest number.
fn read_line(json: &mut Json<'_, '_>) -> Result<u32, ProfileError> {
    Ok(json.maybe_row()?.filter(|&line| line < u32::MAX).unwrap_or(0))
}

fn read_size(json: &mut Json<'_, '_>, sizes: &mut Vec<(String, f64)>) -> Result<(), ProfileError> {
    let (mut kind, mut size) = (String::new(), None);
    loop {
        match json.next_key()? {
            None => break,
            Some("type") => kind = json.maybe_text()?.unwrap_or_default().to_owned(),
            Some("size") => size = json.maybe_number()?,
            Some(_) => json.skip()?,
        }
    }
    sizes.extend(size.map(|size| (kind, size)));
    Ok(())
}

fn read_marker(json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    let (mut name, mut time, mut text) = (StringId(0), None, StringId(0));
    loop {
        match json.next_key()? {
            None => break,
            Some("type") => name = read_text(json, builder, "")?,
            Some("time") => time = json.maybe_scaled(NANO)?,
            Some("details") => text = read_text(json, builder, "")?,
            Some(_) => json.skip()?,
        }
    }
    let Some(at) = time else { return Ok(()) };
    builder.marker(Marker { name, category: StringId(0), text, thread: ThreadId::NONE, start_ns: at, end_ns: at })
}

/// A text without a beginning that all have; empty when it is something else.
fn read_text(json: &mut Json<'_, '_>, builder: &mut Builder<'_>, without: &str) -> Result<StringId, ProfileError> {
    if json.kind()? != Kind::Text {
        return json.skip().map(|()| StringId(0));
    }
    let text = json.text()?;
    builder.text(text.strip_prefix(without).unwrap_or(text))
}
