//! Threads and traces.

use std::collections::HashMap;

use crate::profile::build::{Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, Thread, ThreadId};

/// A trace: its frames, the leaf first, and its thread.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    pub(super) frames: Vec<FrameId>,
    pub(super) thread: Option<ThreadId>,
}

/// What the lines outside of tables tell.
#[derive(Debug, Default)]
pub(super) struct Traces {
    traces: HashMap<i64, Trace>,
    /// Names of threads by their numbers.
    threads: HashMap<i64, String>,
    /// The trace whose frames are being told.
    open: Option<i64>,
    frames: u64,
}

impl Traces {
    /// A trace by its number.
    pub(super) fn get(&self, number: i64) -> Option<&Trace> {
        self.traces.get(&number)
    }

    pub(super) fn line(&mut self, line: &str, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if let Some(rest) = line.strip_prefix("TRACE ") {
            return self.begin(rest, builder);
        }
        if let Some(rest) = line.strip_prefix("THREAD START ") {
            self.thread(rest, builder)?;
        }
        if line.starts_with(['\t', ' ']) && self.open.is_some() {
            return self.frame(line.trim(), builder);
        }
        self.open = None;
        Ok(())
    }

    /// `(obj=50000114, id = 200001, name="main", group="main")`
    fn thread(&mut self, rest: &str, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let id = rest.split("id = ").nth(1).or_else(|| rest.split("id=").nth(1)).and_then(number);
        let name = rest.split("name=\"").nth(1).and_then(|behind| behind.split_once("\", group=").or(behind.split_once('"')));
        if let (Some(id), Some((name, _))) = (id, name) {
            builder.has_room(self.threads.len() as u64 * 128 + name.len() as u64)?;
            self.threads.insert(id, name.to_owned());
        }
        Ok(())
    }

    /// `300187: (thread=200001)` or `300187:`
    fn begin(&mut self, rest: &str, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        self.open = number(rest);
        let Some(id) = self.open else {
            builder.flaw("begins a trace without a number, which was left out");
            return Ok(());
        };
        let mut trace = Trace::default();
        if let Some(thread) = rest.split("thread=").nth(1).and_then(number) {
            let name = self.threads.get(&thread).map_or("", String::as_str);
            let name = builder.text(name)?;
            trace.thread = Some(builder.thread(Thread { name, id: Some(thread), ..Thread::default() })?);
        }
        builder.has_room(self.traces.len() as u64 * 96 + self.frames * 8)?;
        self.traces.insert(id, trace);
        Ok(())
    }

    /// `java.util.zip.ZipFile.getEntry(ZipFile.java:306)`, also without line or file.
    fn frame(&mut self, line: &str, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let Some(trace) = self.open.and_then(|open| self.traces.get_mut(&open)) else { return Ok(()) };
        if line.is_empty() || line == "<empty>" {
            return Ok(());
        }
        let place = line.strip_suffix(')').and_then(|inner| inner.rsplit_once('('));
        let (name, place) = place.unwrap_or((line, ""));
        let (file, number) = place.rsplit_once(':').unwrap_or((place, ""));
        let file = if file.contains('.') { file } else { "" };
        let (name, file) = (builder.text(name)?, builder.text(file)?);
        let function = builder.function(name, file, 0)?;
        trace.frames.push(builder.frame(Spot { function, line: number.parse().unwrap_or(0), ..Spot::default() })?);
        self.frames += 1;
        builder.tick()
    }
}

/// The digits at the beginning of a text.
fn number(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}
