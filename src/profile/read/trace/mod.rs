//! The Trace Event Format, in which chrome://tracing, Perfetto, Node, viztracer and many others write what happened when, and the developer
//! tools of Chrome their performance traces with CPU profiles inside; Hermes adds lists of samples and their frames.
//!
//! <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>
//!
//! Durations become samples of the time that each event spent in itself, with the time at which that began, on their thread; events without
//! a stack (asynchronous ones, instants) become markers.

mod event;
mod finish;
mod marks;
mod profiles;
mod samples;
mod slices;
mod tracks;

use super::Context;
use super::head::Head;
use super::json::Json;
use super::source::Source;
use crate::profile::build::Builder;
use crate::profile::error::{Place, ProfileError};
use crate::profile::hash::Hash;
use crate::profile::model::{Profile, StringId};
use event::Event;
use marks::Marks;
use profiles::Profiles;
use samples::StackSamples;
use tracks::Tracks;

/// Whether it begins as one: with an event, or as an object that holds events. What stands before these can be long.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    let events = head.has_member("ph") && (head.has_member("ts") || head.has_member("pid"));
    let before = head.has_member("displayTimeUnit") || events && head.has_member("samples") || head.is_named(".trace.json");
    head.is_json_object() && (head.has_member("traceEvents") || before) || head.is_json_array() && events
}

/// Reads one, event by event.
pub(super) fn read(source: &mut Source<'_>, head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("Trace Event", context);
    let mut json = Json::new(source)?;
    let mut trace = Trace::new(&mut builder)?;
    let read =
        if head.is_json_array() { trace.read_events(&mut json, &mut builder) } else { trace.read_object(&mut json, &mut builder) };
    match read {
        // A recording that was ended by force has no end; what is there is whole.
        Err(_) if json.is_cut() => builder.flaw("is cut off; what stands before it is shown"),
        other => other?,
    }
    builder.place = Place::File;
    trace.finish(builder)
}

/// Names of events that mean something.
struct Known {
    process_name: StringId,
    thread_name: StringId,
    profile: StringId,
    chunk: StringId,
    whole_profile: StringId,
    counters: StringId,
}

/// What was read so far.
struct Trace {
    known: Known,
    hash: Hash,
    event: Event,
    tracks: Tracks,
    marks: Marks,
    profiles: Profiles,
    samples: StackSamples,
    /// Time of the first and the last event, in nanoseconds by the clock of the trace.
    span: Option<(i64, i64)>,
}

impl Trace {
    fn new(builder: &mut Builder<'_>) -> Result<Self, ProfileError> {
        let known = Known {
            process_name: builder.text("process_name")?,
            thread_name: builder.text("thread_name")?,
            profile: builder.text("Profile")?,
            chunk: builder.text("ProfileChunk")?,
            whole_profile: builder.text("CpuProfile")?,
            counters: builder.text("UpdateCounters")?,
        };
        Ok(Self {
            known,
            hash: Hash::default(),
            event: Event::default(),
            tracks: Tracks::default(),
            marks: Marks::default(),
            profiles: Profiles::default(),
            samples: StackSamples::default(),
            span: None,
        })
    }

    fn read_object(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        json.begin_object()?;
        loop {
            builder.place = json.place();
            match json.next_key()? {
                None => return Ok(()),
                Some("traceEvents") => self.read_events(json, builder)?,
                Some("samples") => self.samples.read_samples(json, builder, &mut self.tracks)?,
                Some("stackFrames") => self.samples.read_frames(json, builder)?,
                Some(_) => json.skip()?,
            }
        }
    }

    fn read_events(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        loop {
            builder.place = json.place();
            match json.next_item() {
                Ok(true) => {}
                // The bracket at the end of the list may be missing.
                Err(_) if json.is_cut() => return Ok(()),
                other => return other.map(|_| ()),
            }
            if json.try_object()? {
                self.event.read(json, builder, &self.hash)?;
                self.take(builder)?;
            }
        }
    }

    /// Puts the event that was read to its like.
    fn take(&mut self, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let event = &mut self.event;
        if self.known.is_profile(event) {
            let begins = event.name != self.known.chunk;
            return self.profiles.take(builder, event, begins, &mut self.tracks);
        }
        if event.phase == b'M' {
            self.tracks.take_name(event, &self.known);
            return Ok(());
        }
        let Some(ts) = event.ts else {
            if event.is_timed() {
                builder.flaw("has no time (ts) and was left out");
            }
            return builder.tick();
        };
        if !event.is_timed() {
            return builder.tick();
        }
        let end = ts.saturating_add(event.duration.unwrap_or(0).max(0));
        let (first, last) = self.span.unwrap_or((ts, end));
        self.span = Some((first.min(ts), last.max(end)));
        match event.phase {
            b'X' | b'B' | b'E' => self.tracks.take_slice(builder, event, ts),
            b'C' => self.marks.take_counter(builder, event, ts, &event.series),
            _ => {
                if event.name == self.known.counters {
                    self.marks.take_counter(builder, event, ts, &event.data_series)?;
                }
                self.marks.take(builder, event, ts, &mut self.tracks)
            }
        }
    }
}

impl Known {
    /// Whether the event carries (a part of) a CPU profile.
    fn is_profile(&self, event: &Event) -> bool {
        [self.profile, self.chunk, self.whole_profile].contains(&event.name) && (event.part.is_some() || event.name == self.profile)
    }
}
