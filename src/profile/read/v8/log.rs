//! Logs of V8 that were processed: `node --prof` and then `node --prof-process --preprocess isolate*.log`. A list of code, and ticks with stacks
//! of it.
//!
//! <https://github.com/v8/v8/blob/main/tools/profile.mjs> (`writeJson`), <https://nodejs.org/en/learn/getting-started/profiling>

use super::nodes::unnamed;
use super::timeline::{Kinds, intervals};
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{FrameId, Profile, StackId, StringId};
use crate::profile::read::Context;
use crate::profile::read::head::Head;
use crate::profile::read::json::Json;
use crate::profile::read::source::Source;

/// Stands in stacks for code that the log does not know.
const UNKNOWN: u32 = u32::MAX;
/// Looked at memory after so many ticks.
const BATCH: usize = 4096;
/// What V8 did, by its number (`StateTag`); empty where the code tells it.
const STATES: [&str; 11] = [
    "",
    "(garbage collector)",
    "(parser)",
    "(bytecode compiler)",
    "(compiler)",
    "",
    "",
    "(atomics wait)",
    "(idle)",
    "(logging)",
    "(idle)",
];

/// How the log itself begins.
const RAW: &[u8] = b"v8-version,";

/// Whether it begins as one, or as such a log that was not processed.
pub(in super::super) fn sniff(head: &Head<'_>) -> bool {
    if head.starts_with(RAW) {
        return true;
    }
    let first = head.bytes.trim_ascii_start().strip_prefix(b"{").unwrap_or_default().trim_ascii_start();
    first.starts_with(b"\"code\"") && head.has_member("type") && head.has_member("name")
}

/// One moment.
#[derive(Clone, Copy)]
struct Tick {
    time_ns: i64,
    state: usize,
    /// Its code in `Log::stacks`, leaf first.
    start: usize,
    end: usize,
}

#[derive(Default)]
struct Log {
    code: Vec<FrameId>,
    ticks: Vec<Tick>,
    stacks: Vec<u32>,
}

/// Reads one, piece by piece.
pub(in super::super) fn read(source: &mut Source<'_>, head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    if head.starts_with(RAW) {
        return Err(ProfileError::NotAProfile {
            file: context.file.into(),
            seems: "a log of V8 (node --prof) that has not been processed".into(),
            advice: "Run “node --prof-process --preprocess FILE > profile.json” beside the program and open profile.json.".into(),
        });
    }
    let mut builder = Builder::new("V8 log", context);
    let mut json = Json::new(source)?;
    let mut log = Log::default();
    json.begin_object()?;
    loop {
        match json.next_key()? {
            None => break,
            Some("code") => log.read_code(&mut json, &mut builder)?,
            Some("ticks") => log.read_ticks(&mut json, &mut builder)?,
            Some(_) => json.skip()?,
        }
    }
    builder.place = Place::File;
    log.add(&mut builder)?;
    Ok(builder.finish(None))
}

impl Log {
    fn read_code(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        while json.next_item()? {
            builder.place = json.place();
            let (mut name, mut kind, mut is_script) = (String::new(), String::new(), false);
            if json.try_object()? {
                loop {
                    match json.next_key()? {
                        None => break,
                        Some("name") => name = json.maybe_text()?.unwrap_or_default().to_owned(),
                        Some("kind") => kind = json.maybe_text()?.unwrap_or_default().to_owned(),
                        Some("type") => is_script = json.maybe_text()? == Some("JS"),
                        Some(_) => json.skip()?,
                    }
                }
            }
            let kind = Some(kind.as_str()).filter(|kind| !kind.is_empty());
            self.code.push(if is_script { script(builder, &name)? } else { other(builder, &name, kind)? });
            builder.tick()?;
        }
        Ok(())
    }

    fn read_ticks(&mut self, json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        while json.next_item()? {
            if self.ticks.len().is_multiple_of(BATCH) {
                builder.has_room((self.ticks.capacity() * size_of::<Tick>() + self.stacks.capacity() * 4) as u64)?;
            }
            if json.try_object()? {
                self.read_tick(json)?;
                builder.tick()?;
            }
        }
        Ok(())
    }

    fn read_tick(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        let mut tick = Tick { time_ns: 0, state: 0, start: self.stacks.len(), end: 0 };
        loop {
            match json.next_key()? {
                None => break,
                Some("tm") => tick.time_ns = json.maybe_scaled(3)?.unwrap_or(0),
                Some("vm") => tick.state = json.maybe_row()?.unwrap_or(0) as usize,
                Some("s") => self.read_stack(json)?,
                Some(_) => json.skip()?,
            }
        }
        tick.end = self.stacks.len();
        self.ticks.push(tick);
        Ok(())
    }

    /// Code and place in it by turns.
    fn read_stack(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        let mut is_code = true;
        if json.try_array()? {
            while json.next_item()? {
                let code = json.maybe_row()?.unwrap_or(UNKNOWN);
                if is_code {
                    self.stacks.push(code);
                }
                is_code = !is_code;
            }
        }
        Ok(())
    }

    fn add(mut self, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        self.ticks.sort_by_key(|tick| tick.time_ns);
        let is_idle = |tick: &Tick| STATES.get(tick.state) == Some(&"(idle)");
        let kinds = Kinds::new(builder, self.ticks.iter().any(is_idle))?;
        let times: Vec<i64> = self.ticks.iter().map(|tick| tick.time_ns).collect();
        let (first, last) = (times.first().copied().unwrap_or(0), times.last().copied().unwrap_or(0));
        builder.profile.duration_ns = u64::try_from(last.saturating_sub(first.min(0))).ok();
        for (tick, length) in self.ticks.iter().zip(intervals(&times, None)) {
            let stack = self.stack(builder, tick)?;
            builder.sample(stack, &kinds.values(1, length, is_idle(tick)), At { thread: None, time_ns: Some(tick.time_ns) })?;
        }
        Ok(())
    }

    /// The callers that the log knows, what V8 did for them, and the code that ran.
    fn stack(&self, builder: &mut Builder<'_>, tick: &Tick) -> Result<StackId, ProfileError> {
        let codes = self.stacks.get(tick.start..tick.end).unwrap_or_default();
        let (leaf, callers) = codes.split_first().map_or((None, codes), |(leaf, callers)| (self.code.get(*leaf as usize), callers));
        for &caller in callers.iter().rev() {
            if let Some(&frame) = self.code.get(caller as usize) {
                builder.push(frame);
            }
        }
        let state = STATES.get(tick.state).copied().unwrap_or_default();
        let state = if state.is_empty() && leaf.is_none() { "(unknown)" } else { state };
        if !state.is_empty() {
            let frame = builder.named(state.as_bytes())?;
            builder.push(frame);
        }
        if let Some(&leaf) = leaf {
            builder.push(leaf);
        }
        builder.stack()
    }
}

/// The frame of a function of a script, from a name such as `run /a/b.js:12:3`.
fn script(builder: &mut Builder<'_>, name: &str) -> Result<FrameId, ProfileError> {
    let Some((function, url, line)) = place_in(name) else { return builder.named(name.as_bytes()) };
    let url = builder.text(url)?;
    let function = if function.is_empty() { unnamed(builder, url, line)? } else { builder.text(function)? };
    let function = builder.function(function, url, line)?;
    builder.frame(Spot { function, ..Spot::default() })
}

fn place_in(name: &str) -> Option<(&str, &str, u32)> {
    let (place, _column) = name.rsplit_once(':')?;
    let (place, line) = place.rsplit_once(':')?;
    let line = line.parse().ok()?;
    // Names of functions and of files may both have blanks in them.
    let start = [" /", " file:", " node:", " http"].iter().filter_map(|start| place.find(start)).min();
    let (function, url) = start.map_or_else(|| place.rsplit_once(' '), |at| Some((place.get(..at)?, place.get(at + 1..)?)))?;
    (!url.is_empty()).then_some((function, url, line))
}

/// The frame of other code: a library, a function in C++, something that V8 has built in.
fn other(builder: &mut Builder<'_>, name: &str, kind: Option<&str>) -> Result<FrameId, ProfileError> {
    let text = kind.map_or_else(|| name.to_owned(), |kind| format!("{kind}: {name}"));
    let name = builder.text(if text.is_empty() { "(unknown)" } else { &text })?;
    let function = builder.function(name, StringId(0), 0)?;
    builder.frame(Spot { function, ..Spot::default() })
}
