//! MOJO, Austin's binary format (<https://github.com/P403n1x87/austin/wiki/The-MOJO-file-format>): a stream of events, each a byte and its
//! numbers and texts. Tasks of asyncio, which version 4 tells beside the samples, are not read.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};

use super::metrics::{Figures, Metrics};
use crate::profile::build::{Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, Profile, StackId, StringId, ThreadId};
use crate::profile::read::Context;
use crate::profile::read::head::Head;
use crate::profile::read::source::Source;

const MAGIC: &[u8] = b"MOJ";
/// The newest version that is known.
const NEWEST: i64 = 4;
/// Longest text that is taken.
const LONGEST: u64 = 1 << 20;

/// Whether it begins as such a stream does.
pub(in crate::profile::read) fn sniff(head: &Head<'_>) -> bool {
    head.starts_with(MAGIC) && head.bytes.get(3).is_some_and(|&version| (1..0x40).contains(&version))
}

/// Reads the stream.
pub(in crate::profile::read) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let builder = Builder::new("Austin MOJO", context);
    let mut reader = Reader {
        input: BufReader::with_capacity(256 << 10, source),
        at: 0,
        version: 0,
        metrics: Metrics::new(builder),
        texts: HashMap::new(),
        frames: HashMap::new(),
        open: None,
        stack: Vec::new(),
        before: HashMap::new(),
        skipped_frames: 0,
        texts_bytes: 0,
    };
    let outcome = reader.all();
    reader.finish(outcome)
}

/// The sample that is being told.
struct Open {
    process: i64,
    thread: ThreadId,
    figures: Figures,
    has_figures: bool,
}

struct Reader<'s, 'd, 'a> {
    input: BufReader<&'s mut Source<'d>>,
    /// Bytes read.
    at: u64,
    version: i64,
    metrics: Metrics<'a>,
    /// Texts and frames by process and key.
    texts: HashMap<(i64, i64), StringId>,
    frames: HashMap<(i64, i64), FrameId>,
    open: Option<Open>,
    /// Frames of the open sample, the outermost first.
    stack: Vec<FrameId>,
    /// The last stack of each thread, for samples that tell only what is new.
    before: HashMap<ThreadId, StackId>,
    /// Frames that are still to come and belong to a task.
    skipped_frames: i64,
    texts_bytes: u64,
}

impl Reader<'_, '_, '_> {
    fn all(&mut self) -> Result<(), ProfileError> {
        for _ in 0..MAGIC.len() {
            self.byte()?;
        }
        self.version = self.number()?;
        if self.version > NEWEST {
            let text = format!("It is of version {} of the format, which is newer than what is known.", self.version);
            self.metrics.builder.profile.warnings.push(text);
        }
        while let Some(kind) = self.kind()? {
            self.event(kind)?;
        }
        Ok(())
    }

    fn event(&mut self, kind: u8) -> Result<(), ProfileError> {
        match kind {
            0 => Ok(()),
            1 => {
                let (key, value) = (self.text()?, self.text()?);
                self.metrics.remark(&key, &value)
            }
            2 => self.begin(),
            3 => self.frame(),
            4 => self.named("INVALID"),
            5 => {
                let key = self.number()?;
                self.push(key)
            }
            6 => {
                let name = self.text()?;
                self.named(&name)
            }
            7 => self.named("GC"),
            8 => {
                self.with_figures(|figures| figures.is_idle = true);
                Ok(())
            }
            9 => {
                let time = self.number()?;
                self.with_figures(|figures| figures.time = time);
                Ok(())
            }
            10 => {
                let bytes = self.number()?;
                self.with_figures(|figures| *figures = figures.with_memory(bytes));
                Ok(())
            }
            11 => self.keep_text(),
            12 => self.number().map(|_| ()),
            13 => self.repeat(),
            14 => {
                self.number()?;
                self.number()?;
                self.skipped_frames = self.number()?;
                Ok(())
            }
            15 => self.number().and_then(|_| self.number()).map(|_| ()),
            16 => self.number().map(|_| ()),
            _ => Err(self.damaged(&format!("event {kind} is not known"))),
        }
    }

    /// A sample begins: process, interpreter, thread.
    fn begin(&mut self) -> Result<(), ProfileError> {
        self.close()?;
        let process = self.number()?;
        if self.version >= 3 {
            self.number()?;
        }
        let name = self.text()?;
        let key = format!("{process};{name}");
        // Threads are told in hexadecimal digits.
        let hex = i64::from_str_radix(&name, 16).map_or(name, |number| number.to_string());
        let thread = self.metrics.thread(key.as_bytes(), Some(process), &hex)?;
        self.open = Some(Open { process, thread, figures: Figures::default(), has_figures: false });
        self.skipped_frames = 0;
        Ok(())
    }

    fn close(&mut self) -> Result<(), ProfileError> {
        let Some(open) = self.open.take() else {
            self.stack.clear();
            return Ok(());
        };
        let stack = self.metrics.builder.stack_of(self.stack.drain(..))?;
        self.before.insert(open.thread, stack);
        if !open.has_figures {
            self.metrics.builder.flaw("is the end of a sample without figures, which was left out");
            return Ok(());
        }
        self.metrics.sample(stack, open.figures, Some(open.thread))
    }

    fn with_figures(&mut self, change: impl FnOnce(&mut Figures)) {
        if let Some(open) = &mut self.open {
            change(&mut open.figures);
            open.has_figures = true;
        }
    }

    fn process(&self) -> i64 {
        self.open.as_ref().map_or(0, |open| open.process)
    }

    fn keep_text(&mut self) -> Result<(), ProfileError> {
        let (key, text) = (self.number()?, self.text()?);
        let id = self.metrics.builder.text(&text)?;
        self.texts.insert((self.process(), key), id);
        self.room(96)
    }

    /// What is kept for each key counts as tables do.
    fn room(&mut self, bytes: u64) -> Result<(), ProfileError> {
        self.texts_bytes += bytes;
        self.metrics.builder.has_room(self.texts_bytes)
    }

    fn frame(&mut self) -> Result<(), ProfileError> {
        let (key, file, name, line) = (self.number()?, self.number()?, self.number()?, self.number()?);
        if self.version != 1 {
            for _ in 0..3 {
                self.number()?;
            }
        }
        let process = self.process();
        let builder = &mut self.metrics.builder;
        let unknown = builder.text("<unknown>")?;
        let text = |key: i64| if key == 1 { unknown } else { self.texts.get(&(process, key)).copied().unwrap_or(unknown) };
        let function = builder.function(text(name), text(file), 0)?;
        let line = u32::try_from(line).unwrap_or(0);
        let frame = builder.frame(Spot { function, line, ..Spot::default() })?;
        self.frames.insert((process, key), frame);
        self.room(64)
    }

    fn push(&mut self, key: i64) -> Result<(), ProfileError> {
        if self.skipped_frames > 0 {
            self.skipped_frames -= 1;
            return Ok(());
        }
        match self.frames.get(&(self.process(), key)) {
            Some(&frame) => self.push_frame(frame),
            None => {
                self.metrics.builder.place = self.metrics.builder.context.place(self.at);
                self.metrics.builder.flaw("is the name of a frame that was never told and was left out");
                Ok(())
            }
        }
    }

    fn push_frame(&mut self, frame: FrameId) -> Result<(), ProfileError> {
        self.stack.push(frame);
        if self.stack.len().is_multiple_of(4096) { self.metrics.builder.has_room(self.stack.len() as u64 * 8) } else { Ok(()) }
    }

    fn named(&mut self, name: &str) -> Result<(), ProfileError> {
        let frame = self.metrics.builder.named(name.as_bytes())?;
        self.push_frame(frame)
    }

    /// The outer frames are those of the last sample of the thread.
    fn repeat(&mut self) -> Result<(), ProfileError> {
        let Some(&before) = self.open.as_ref().and_then(|open| self.before.get(&open.thread)) else { return Ok(()) };
        let outer = self.metrics.builder.frames_of(before).to_vec();
        self.metrics.builder.has_room((outer.len() + self.stack.len()) as u64 * 8)?;
        self.stack.splice(0..0, outer);
        Ok(())
    }

    fn finish(mut self, outcome: Result<(), ProfileError>) -> Result<Profile, ProfileError> {
        match outcome {
            Ok(()) => self.close()?,
            Err(error @ ProfileError::Damaged { .. }) if !self.metrics.builder.samples.is_empty() => {
                self.metrics.builder.profile.warnings.push(format!("{error}. What comes before that is shown."));
            }
            Err(error) => return Err(error),
        }
        self.metrics.types()?;
        Ok(self.metrics.builder.finish(None))
    }

    /// The kind of the next event; `None` at the end.
    fn kind(&mut self) -> Result<Option<u8>, ProfileError> {
        if self.fill()?.is_empty() { Ok(None) } else { self.byte().map(Some) }
    }

    fn fill(&mut self) -> Result<&[u8], ProfileError> {
        // The borrow of what was read must not outlive an error.
        if let Err(error) = self.input.fill_buf() {
            return Err(self.input.get_ref().explain(error));
        }
        Ok(self.input.buffer())
    }

    fn byte(&mut self) -> Result<u8, ProfileError> {
        let Some(&byte) = self.fill()?.first() else {
            return Err(self.damaged("it is cut off inside an event"));
        };
        self.input.consume(1);
        self.at += 1;
        Ok(byte)
    }

    /// A number of 6 bits, a sign and 7 more bits for each further byte.
    fn number(&mut self) -> Result<i64, ProfileError> {
        let first = self.byte()?;
        let (mut value, mut shift, mut more) = (u64::from(first & 0x3f), 6, first & 0x80 != 0);
        while more {
            let byte = self.byte()?;
            if shift > 62 {
                return Err(self.damaged("a number is too long"));
            }
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            more = byte & 0x80 != 0;
        }
        let value = i64::try_from(value & i64::MAX.cast_unsigned()).unwrap_or(i64::MAX);
        Ok(if first & 0x40 != 0 { -value } else { value })
    }

    /// A text that ends with a zero.
    fn text(&mut self) -> Result<String, ProfileError> {
        let mut text = Vec::new();
        let read = self.input.by_ref().take(LONGEST).read_until(0, &mut text);
        if let Err(error) = read {
            return Err(self.input.get_ref().explain(error));
        }
        self.at += text.len() as u64;
        match text.pop() {
            Some(0) => Ok(String::from_utf8_lossy(&text).into_owned()),
            _ => Err(self.damaged("a text does not end")),
        }
    }

    fn damaged(&self, problem: &str) -> ProfileError {
        self.metrics.builder.context.damaged(self.at, problem)
    }
}
