//! Threads, their names, and the durations on each.

use std::collections::HashMap;

use super::Known;
use super::event::{Event, Id};
use super::slices::{Mark, What};
use crate::profile::build::{Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, StringId, Thread, ThreadId};

/// Looked at memory after so many events.
const BATCH: usize = 4096;

/// One thread.
#[derive(Default)]
pub(super) struct Track {
    process: Id,
    thread: Id,
    pub(super) marks: Vec<Mark>,
}

/// All threads.
#[derive(Default)]
pub(super) struct Tracks {
    rows: HashMap<(Id, Id), usize>,
    pub(super) tracks: Vec<Track>,
    process_names: HashMap<Id, StringId>,
    thread_names: HashMap<(Id, Id), StringId>,
    /// Thread of the last event: mostly that of the next one.
    last: Option<((Id, Id), usize)>,
    /// Frame of each name.
    frames: Vec<Option<FrameId>>,
    marks: usize,
}

impl Tracks {
    /// Row of a thread.
    pub(super) fn row(&mut self, process: Id, thread: Id) -> usize {
        let key = (process, thread);
        if let Some((_, row)) = self.last.filter(|&(last, _)| last == key) {
            return row;
        }
        let row = *self.rows.entry(key).or_insert_with(|| {
            self.tracks.push(Track { process, thread, marks: Vec::new() });
            self.tracks.len() - 1
        });
        self.last = Some((key, row));
        row
    }

    /// Takes the name of a process or thread; the last one counts.
    pub(super) fn take_name(&mut self, event: &Event, known: &Known) {
        if event.own_name == StringId(0) {
            return;
        }
        if event.name == known.process_name {
            self.process_names.insert(event.process, event.own_name);
        } else if event.name == known.thread_name {
            self.thread_names.insert((event.process, event.thread), event.own_name);
        }
    }

    /// Takes (an end of) a duration.
    pub(super) fn take_slice(&mut self, builder: &mut Builder<'_>, event: &Event, at_ns: i64) -> Result<(), ProfileError> {
        self.marks += 1;
        if self.marks.is_multiple_of(BATCH) {
            builder.has_room(self.bytes())?;
        }
        let what = match event.phase {
            b'B' => What::Begin,
            b'E' => What::End,
            _ => What::Whole,
        };
        let frame = if what == What::End { FrameId(0) } else { self.frame(builder, event)? };
        let end_ns = at_ns.saturating_add(event.duration.unwrap_or(0).max(0));
        if event.duration.is_some_and(|duration| duration < 0) {
            builder.flaw("lasts less than no time; 0 was taken");
        }
        let row = self.row(event.process, event.thread);
        if let Some(track) = self.tracks.get_mut(row) {
            track.marks.push(Mark { at_ns, end_ns, name: event.name, frame, what });
        }
        builder.tick()
    }

    fn frame(&mut self, builder: &mut Builder<'_>, event: &Event) -> Result<FrameId, ProfileError> {
        let name = if event.name == StringId(0) { builder.text("(unnamed)")? } else { event.name };
        if event.url != StringId(0) {
            let function = builder.function(name, event.url, event.line)?;
            return builder.frame(Spot { function, ..Spot::default() });
        }
        if event.file != StringId(0) {
            let function = builder.function(name, event.file, 0)?;
            return builder.frame(Spot { function, line: event.line, ..Spot::default() });
        }
        let known = name.0 as usize;
        if let Some(&Some(frame)) = self.frames.get(known) {
            return Ok(frame);
        }
        let place = place_in(builder.get(name)).map(|(file, line)| (file.to_owned(), line));
        let (file, line) = place.unwrap_or_default();
        let file = builder.text(&file)?;
        let function = builder.function(name, file, line)?;
        let frame = builder.frame(Spot { function, ..Spot::default() })?;
        self.frames.resize(self.frames.len().max(known + 1), None);
        self.frames.get_mut(known).and_then(|free| free.replace(frame));
        Ok(frame)
    }

    /// Bytes held.
    fn bytes(&self) -> u64 {
        (self.marks * size_of::<Mark>() * 3 / 2 + self.tracks.len() * 200 + self.frames.capacity() * 8) as u64
    }

    /// The thread of a row, with its names.
    pub(super) fn thread(&self, builder: &mut Builder<'_>, row: usize) -> Result<ThreadId, ProfileError> {
        let Some(track) = self.tracks.get(row) else { return Ok(ThreadId::NONE) };
        let name = self.thread_names.get(&(track.process, track.thread)).copied().unwrap_or(track.thread.text);
        let process_name = self.process_names.get(&track.process).copied().unwrap_or(track.process.text);
        builder.thread(Thread { name, id: track.thread.number, process_name, process_id: track.process.number })
    }

    /// Name or number of a process, for people.
    pub(super) fn process(&self, builder: &Builder<'_>, process: Id) -> String {
        let name = self.process_names.get(&process).copied().unwrap_or(process.text);
        match (builder.get(name), process.number) {
            ("", number) => number.unwrap_or(0).to_string(),
            (name, Some(number)) => format!("{name} {number}"),
            (name, None) => name.to_owned(),
        }
    }
}

/// File and line of a name such as `run (/home/a/b.py:12)`, as tracers of Python have it.
fn place_in(name: &str) -> Option<(&str, u32)> {
    let (_, place) = name.strip_suffix(')')?.rsplit_once(" (")?;
    let (file, line) = place.rsplit_once(':')?;
    let line = line.parse().ok()?;
    file.contains(['/', '\\', '.']).then_some((file, line))
}
