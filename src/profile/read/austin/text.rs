//! The texts: a line for each sample.

use super::metrics::{Figures, Metrics, Mode};
use crate::profile::build::{Builder, Spot};
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{FrameId, Profile};
use crate::profile::read::Context;
use crate::profile::read::head::Head;
use crate::profile::read::lines::Lines;
use crate::profile::read::source::Source;
use crate::profile::strings::Interner;

/// So many lines are looked at to tell the format.
const LINES: usize = 50;

/// What begins each frame and says where the sample was taken.
struct Origin<'l> {
    /// Its text, which tells threads apart.
    key: &'l [u8],
    process: Option<i64>,
    thread: &'l str,
    /// The frames and the figures.
    rest: &'l [u8],
    is_old: bool,
}

/// Whether the first sample names its process or thread as Austin does.
pub(in crate::profile::read) fn sniff(head: &Head<'_>) -> bool {
    if !head.is_text() {
        return false;
    }
    let mut lines = head.lines().filter(|line| !line.is_empty()).take(LINES);
    let is_sample = |line: &[u8]| {
        origin(line)
            .is_some_and(|origin| !origin.is_old || memchr::memmem::find(origin.rest, b");L").is_some() || frameless(&origin))
    };
    lines.find(|line| !line.starts_with(b"# ")).is_some_and(is_sample) || head.starts_with(b"# austin: ")
}

/// Whether a thread of version 1 has figures only: `Thread 7f12 100`.
fn frameless(origin: &Origin<'_>) -> bool {
    origin.process.is_some() && origin.rest.iter().all(|byte| byte.is_ascii_digit() || *byte == b' ')
}

/// `P12;T0:34` or `Process 12;Thread 34`, where the process may be missing.
fn origin(line: &[u8]) -> Option<Origin<'_>> {
    let is_old = line.starts_with(b"Process ") || line.starts_with(b"Thread ");
    let (process_word, thread_word): (&[u8], &[u8]) = if is_old { (b"Process ", b"Thread ") } else { (b"P", b"T") };
    let (mut process, mut behind) = (None, line);
    // Version 1 writes the process of a sample that it then leaves out, and goes on in the same line.
    while let Some(rest) = behind.strip_prefix(process_word).filter(|_| is_old || process.is_none()) {
        let end = memchr::memchr(b';', rest)?;
        process = Some(text(rest.get(..end)?)?.parse().ok()?);
        behind = rest.get(end + 1..)?;
    }
    if process.is_none() && !is_old {
        return None;
    }
    let named = behind.strip_prefix(thread_word)?;
    let end = memchr::memchr2(b';', b' ', named)?;
    let thread = text(named.get(..end)?)?;
    // The interpreter stands before the thread since version 3.
    let thread = thread.split_once(':').map_or(thread, |(_, thread)| thread);
    let rest = named.get(end..)?;
    let key = line.get(..line.len() - rest.len())?;
    let rest = rest.strip_prefix(b";").unwrap_or(rest);
    Some(Origin { key, process, thread, rest, is_old })
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Reads the samples.
pub(in crate::profile::read) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut reader =
        Reader { metrics: Metrics::new(Builder::new("Austin", context)), names: Interner::default(), frames: Vec::new() };
    let (mut lines, mut number) = (Lines::new(source), 0);
    loop {
        number += 1;
        reader.metrics.builder.place = Place::Line(number);
        match lines.next() {
            Ok(Some(line)) => reader.line(line.trim_ascii())?,
            Ok(None) => break,
            Err(error @ ProfileError::Damaged { .. }) if !reader.metrics.builder.samples.is_empty() => {
                reader.metrics.builder.profile.warnings.push(format!("{error}. What comes before that is shown."));
                break;
            }
            Err(error) => return Err(error),
        }
    }
    reader.metrics.types()?;
    Ok(reader.metrics.builder.finish(None))
}

struct Reader<'a> {
    metrics: Metrics<'a>,
    names: Interner,
    /// Frame of each text of a frame.
    frames: Vec<Option<FrameId>>,
}

impl Reader<'_> {
    fn line(&mut self, line: &[u8]) -> Result<(), ProfileError> {
        if line.is_empty() {
            return Ok(());
        }
        if let Some(remark) = line.strip_prefix(b"# ") {
            let remark = String::from_utf8_lossy(remark);
            let (key, value) = remark.split_once(": ").unwrap_or_default();
            return self.metrics.remark(key.trim(), value.trim());
        }
        let Some(origin) = origin(line) else {
            self.metrics.builder.flaw("is no sample of Austin and was left out");
            return Ok(());
        };
        let (frames, figures) = if origin.is_old { self.old_figures(origin.rest) } else { self.figures(origin.rest) };
        let Some(figures) = figures else {
            self.metrics.builder.flaw("does not end with the figures of a sample and was left out");
            return Ok(());
        };
        if origin.is_old {
            self.old_stack(frames)?;
        } else {
            self.stack(frames)?;
        }
        let stack = self.metrics.builder.stack()?;
        let thread = self.metrics.thread(origin.key, origin.process, origin.thread)?;
        self.metrics.sample(stack, figures, Some(thread))
    }

    /// The frames, and the figures behind the last blank: `100` or `100,1,-4096` (time, idle, bytes).
    fn figures<'l>(&self, rest: &'l [u8]) -> (&'l [u8], Option<Figures>) {
        let at = memchr::memrchr(b' ', rest);
        let frames = at.and_then(|at| rest.get(..at)).unwrap_or_default();
        let Some(numbers) = text(at.map_or(rest, |at| rest.get(at + 1..).unwrap_or_default())) else { return (frames, None) };
        let mut numbers = numbers.split(',').map(str::parse::<i64>);
        let figures = match (numbers.next(), numbers.next(), numbers.next()) {
            (Some(Ok(time)), Some(Ok(idle)), Some(Ok(bytes))) => {
                Some(Figures { time, is_idle: idle != 0, ..Figures::default() }.with_memory(bytes))
            }
            (Some(Ok(bytes)), None, None) if self.metrics.mode == Mode::Memory => Some(Figures::default().with_memory(bytes)),
            (Some(Ok(time)), None, None) => Some(Figures { time, ..Figures::default() }),
            _ => None,
        };
        (frames, figures)
    }

    /// Version 1: a number or three of them behind the last frame, with blanks between. The file does not say which mode it is.
    fn old_figures<'l>(&mut self, rest: &'l [u8]) -> (&'l [u8], Option<Figures>) {
        let (mut frames, mut numbers) = (rest.trim_ascii_end(), Vec::new());
        while let Some((before, number)) = last_number(frames).filter(|_| numbers.len() < 3) {
            numbers.push(number);
            frames = before;
        }
        let figures = match numbers.as_slice() {
            [given_back, taken, time] => {
                let bytes = |kilobytes: i64| kilobytes.saturating_mul(1024);
                if self.metrics.builder.samples.is_empty() {
                    self.metrics.mode = Mode::OldFull;
                }
                Some(Figures { time: *time, is_idle: false, taken: bytes(*taken), given_back: bytes(*given_back) })
            }
            [time, ..] => Some(Figures { time: *time, ..Figures::default() }),
            [] => None,
        };
        (frames, figures)
    }

    /// Puts the frames `file:function:line;…` on the stack.
    fn stack(&mut self, frames: &[u8]) -> Result<(), ProfileError> {
        for frame in frames.split(|&byte| byte == b';').filter(|frame| !frame.is_empty()) {
            let frame = self.frame(frame, frame_parts)?;
            self.metrics.builder.push(frame);
        }
        Ok(())
    }

    /// Puts the frames `function (file);L7;…` on the stack.
    fn old_stack(&mut self, frames: &[u8]) -> Result<(), ProfileError> {
        let mut start = 0;
        let ends: Vec<usize> = memchr::memchr_iter(b';', frames).chain([frames.len()]).collect();
        for end in ends {
            let part = frames.get(start..end).unwrap_or_default();
            // The line is a part of its own; other parts that end here belong to the name before it.
            let is_line = memchr::memrchr(b';', part).and_then(|at| part.get(at + 1..)).is_some_and(is_old_line);
            if is_line || end == frames.len() && !part.is_empty() {
                let frame = self.frame(part, old_frame_parts)?;
                self.metrics.builder.push(frame);
                start = end + 1;
            }
        }
        Ok(())
    }

    /// The frame of a text; most are known already.
    fn frame(&mut self, part: &[u8], parts: fn(&str) -> (&str, &str, u32)) -> Result<FrameId, ProfileError> {
        let builder = &mut self.metrics.builder;
        let row = self.names.intern_bytes(part).ok_or_else(|| builder.full())?.0 as usize;
        if let Some(&Some(frame)) = self.frames.get(row) {
            return Ok(frame);
        }
        builder.has_room(self.names.memory_bytes() as u64)?;
        let text = String::from_utf8_lossy(part);
        let (name, file, line) = parts(&text);
        let (name, file) = (builder.text(name)?, builder.text(file)?);
        let function = builder.function(name, file, 0)?;
        let frame = builder.frame(Spot { function, line, ..Spot::default() })?;
        self.frames.resize(self.frames.len().max(row + 1), None);
        if let Some(place) = self.frames.get_mut(row) {
            *place = Some(frame);
        }
        Ok(frame)
    }
}

/// Function, file and line of `file:function:line`; of `:GC:` the function alone.
fn frame_parts(text: &str) -> (&str, &str, u32) {
    let mut parts = text.rsplitn(3, ':');
    let (line, function, file) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    match (function, file) {
        (Some(function), Some(file)) => (function, file, line.parse().unwrap_or(0)),
        _ => (text, "", 0),
    }
}

/// Function, file and line of `function (file);L7`.
fn old_frame_parts(text: &str) -> (&str, &str, u32) {
    let (place, line) = match text.rsplit_once(";L") {
        Some((place, line)) => (place, line.parse().unwrap_or(0)),
        None => (text, 0),
    };
    let split = place.strip_suffix(')').and_then(|place| place.rsplit_once(" ("));
    split.map_or((place, "", line), |(name, file)| (name, file, line))
}

fn is_old_line(part: &[u8]) -> bool {
    part.strip_prefix(b"L").is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
}

/// The number behind the last blank, or the whole, and what is before it.
fn last_number(text: &[u8]) -> Option<(&[u8], i64)> {
    let at = memchr::memrchr(b' ', text);
    let digits = at.map_or(text, |at| text.get(at + 1..).unwrap_or_default());
    let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((at.and_then(|at| text.get(..at)).unwrap_or_default(), number))
}
