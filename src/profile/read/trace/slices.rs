//! Durations that lie inside of each other become samples: for each stretch of time the stack of what was open.

use std::cmp::Reverse;

use crate::profile::build::{At, Builder};
use crate::profile::error::ProfileError;
use crate::profile::hash::{Hash, RowIndex};
use crate::profile::model::{FrameId, StackId, StringId, ThreadId};

/// So many events inside of each other are kept apart: no thread calls deeper, and what is deeper by damage would fill the memory.
const MOST_DEEP: usize = 10_000;
/// So many events may end behind those they began in at a time.
const MOST_OVERLAPPING: usize = 200;
const NO_STACK: StackId = StackId(u32::MAX);

/// What a [`Mark`] tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Beginning and end.
    Whole,
    Begin,
    End,
}

/// (An end of) a duration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) at_ns: i64,
    pub(super) end_ns: i64,
    pub(super) name: StringId,
    pub(super) frame: FrameId,
    pub(super) what: What,
}

/// Where samples go.
#[derive(Clone, Copy)]
pub(super) struct Target {
    /// Columns of the values.
    pub(super) time: usize,
    pub(super) calls: usize,
    pub(super) thread: ThreadId,
    pub(super) origin_ns: i64,
}

/// An event that has begun, and the one that it began in, by their rows.
#[derive(Clone, Copy)]
struct Begun {
    at: usize,
    within: Option<usize>,
}

/// Makes whole durations of beginnings and ends. What has no end lasts as long as what it began in, or until the last event of its thread.
pub(super) fn pair(builder: &mut Builder<'_>, marks: &mut Vec<Mark>) {
    if marks.iter().all(|mark| mark.what == What::Whole) {
        return;
    }
    // Events of one time stay in the order of the file.
    marks.sort_by_key(|mark| mark.at_ns);
    let last = marks.iter().map(|mark| mark.end_ns.max(mark.at_ns)).max().unwrap_or(0);
    let mut open: Vec<Begun> = Vec::new();
    for at in 0..marks.len() {
        let Some(mark) = marks.get(at).copied() else { break };
        match mark.what {
            What::Whole => {}
            What::Begin => open.push(Begun { at, within: open.last().map(|begun| begun.at) }),
            What::End => match close(marks, &mut open, mark.name) {
                Some(begin) => set_end(marks, begin, mark.at_ns),
                None if begins_behind(marks, at, mark) => {}
                None => builder.flaw("has ends of events that had not begun; they were left out"),
            },
        }
    }
    // The outer ones come first, so that their ends are known.
    for Begun { at, within } in open {
        builder.flaw("has events without an end; they last as long as what they are in");
        let end_ns = within.and_then(|within| marks.get(within)).map_or(last, |within| within.end_ns);
        set_end(marks, at, end_ns);
    }
    marks.retain(|mark| mark.what != What::End);
}

/// The last open event of this name, or the last one when the end has no name. The search is bounded: what lies deeper was lost.
fn close(marks: &[Mark], open: &mut Vec<Begun>, name: StringId) -> Option<usize> {
    let same = |begun: &Begun| name == StringId(0) || marks.get(begun.at).is_some_and(|mark| mark.name == name);
    let found = open.iter().rev().take(MOST_OVERLAPPING).position(same)?;
    Some(open.remove(open.len() - 1 - found).at)
}

fn set_end(marks: &mut [Mark], begin: usize, end_ns: i64) {
    if let Some(mark) = marks.get_mut(begin) {
        mark.end_ns = end_ns;
    }
}

/// Whether the event begins at the time of its end, but behind it in the file; it is made whole then.
fn begins_behind(marks: &mut [Mark], at: usize, end: Mark) -> bool {
    let behind = marks.iter_mut().skip(at + 1).take(MOST_OVERLAPPING).take_while(|mark| mark.at_ns == end.at_ns);
    match behind.into_iter().find(|mark| mark.what == What::Begin && mark.name == end.name) {
        Some(begin) => {
            begin.what = What::Whole;
            true
        }
        None => false,
    }
}

/// Adds whole durations as samples.
pub(super) fn add(builder: &mut Builder<'_>, paths: &mut Paths, marks: &mut [Mark], target: Target) -> Result<(), ProfileError> {
    // What lasts longer holds what lasts shorter.
    marks.sort_by_key(|mark| (mark.at_ns, Reverse(mark.end_ns)));
    let now = marks.first().map_or(0, |mark| mark.at_ns);
    let mut sweep = Sweep { builder, paths, target, open: Vec::new(), now, calls: 0 };
    for mark in marks.iter() {
        sweep.close_until(mark.at_ns)?;
        sweep.open(*mark)?;
    }
    sweep.close_until(i64::MAX)
}

/// Something that is open.
#[derive(Clone, Copy)]
struct Open {
    end_ns: i64,
    frame: FrameId,
    /// The path to it.
    path: u32,
    /// Which ends first of it and those it is in.
    first: usize,
}

struct Sweep<'s, 'a> {
    builder: &'s mut Builder<'a>,
    paths: &'s mut Paths,
    target: Target,
    open: Vec<Open>,
    now: i64,
    /// 1 while what was opened last has not been counted.
    calls: i64,
}

impl Sweep<'_, '_> {
    /// Opens an event at its time, which all that ended before has been closed for.
    fn open(&mut self, mark: Mark) -> Result<(), ProfileError> {
        if self.open.len() >= MOST_DEEP {
            self.builder.flaw("has events inside of 10,000 others; their time was given to those");
            return Ok(());
        }
        self.spend(mark.at_ns)?;
        let mut end_ns = mark.end_ns;
        if let Some(top) = self.open.last().filter(|top| end_ns > top.end_ns) {
            self.builder.flaw("has events that end behind those they began in");
            // Closing such ones takes time, which is bounded so.
            if self.open.len() > MOST_OVERLAPPING {
                end_ns = top.end_ns;
            }
        }
        self.push(end_ns, mark.frame)?;
        self.calls = 1;
        Ok(())
    }

    fn push(&mut self, end_ns: i64, frame: FrameId) -> Result<(), ProfileError> {
        let (at, top) = (self.open.len(), self.open.last());
        let before = top.and_then(|top| Some((top.first, self.open.get(top.first)?.end_ns)));
        let first = before.filter(|&(_, end)| end < end_ns).map_or(at, |(first, _)| first);
        let path = self.paths.child(self.builder, top.map_or(0, |top| top.path), frame)?;
        self.open.push(Open { end_ns, frame, path, first });
        Ok(())
    }

    /// Closes what ends until a time.
    fn close_until(&mut self, until: i64) -> Result<(), ProfileError> {
        while let Some(first) = self.open.last().map(|top| top.first) {
            let Some(end_ns) = self.open.get(first).map(|open| open.end_ns).filter(|&end| end <= until) else { break };
            self.spend(end_ns)?;
            let above = self.open.split_off(first);
            for open in above.into_iter().skip(1) {
                self.push(open.end_ns, open.frame)?;
            }
        }
        Ok(())
    }

    /// Gives the time until `until` to what was opened last.
    fn spend(&mut self, until: i64) -> Result<(), ProfileError> {
        let time = until.saturating_sub(self.now).max(0);
        let calls = std::mem::take(&mut self.calls);
        if let Some(top) = self.open.last().filter(|_| time > 0 || calls > 0) {
            let stack = self.paths.stack(self.builder, top.path)?;
            let mut values = [0; 5];
            for (column, value) in [(self.target.time, time), (self.target.calls, calls)] {
                if let Some(free) = values.get_mut(column) {
                    *free = value;
                }
            }
            let at = At { thread: Some(self.target.thread), time_ns: Some(self.now.saturating_sub(self.target.origin_ns)) };
            self.builder.sample(stack, &values, at)?;
        }
        self.now = until;
        Ok(())
    }
}

/// Chains of frames: each is another one with a frame on top. 0 is the empty one.
pub(super) struct Paths {
    /// The path below and the frame on top.
    paths: Vec<(u32, FrameId)>,
    stacks: Vec<StackId>,
    index: RowIndex,
    hash: Hash,
}

impl Default for Paths {
    fn default() -> Self {
        Self { paths: vec![(0, FrameId(0))], stacks: vec![NO_STACK], index: RowIndex::default(), hash: Hash::default() }
    }
}

impl Paths {
    /// The path that goes on with a frame.
    fn child(&mut self, builder: &mut Builder<'_>, path: u32, frame: FrameId) -> Result<u32, ProfileError> {
        let hash = self.hash.numbers([path, frame.0].into_iter());
        let paths = &self.paths;
        match self.index.find(hash, |row| paths.get(row as usize) == Some(&(path, frame))) {
            Ok(row) => Ok(row),
            Err(free) => {
                if self.paths.len().is_multiple_of(4096) {
                    builder.has_room((self.paths.capacity() * 12 + self.index.memory_bytes()) as u64)?;
                }
                let row = u32::try_from(self.paths.len()).ok().filter(|&row| row < u32::MAX).ok_or_else(|| builder.full())?;
                self.paths.push((path, frame));
                self.stacks.push(NO_STACK);
                self.index.insert(free, hash, row);
                Ok(row)
            }
        }
    }

    /// The stack of a path, laid out when it is first asked for.
    fn stack(&mut self, builder: &mut Builder<'_>, path: u32) -> Result<StackId, ProfileError> {
        let Some(known) = self.stacks.get_mut(path as usize) else { return Err(builder.full()) };
        if *known == NO_STACK {
            let mut next = path;
            while let Some(&(below, frame)) = self.paths.get(next as usize).filter(|_| next > 0) {
                builder.push(frame);
                next = below;
            }
            builder.reverse();
            *known = builder.stack()?;
        }
        Ok(*known)
    }
}
