//! Thread dumps of Java as text: `jstack`, `jcmd … Thread.print`, and what the JVM prints on SIGQUIT. Each thread is a sample of its
//! stack at that moment; several dumps behind each other add up.
//!
//! There is no specification; the JVM's own code is
//! <https://github.com/openjdk/jdk/blob/master/src/hotspot/share/runtime/threads.cpp>.

use super::Context;
use super::head::Head;
use super::lines::Lines;
use super::source::Source;
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{Profile, StringId, Thread, ThreadId};
use crate::profile::timeline::Marker;

const TITLE: &str = "Full thread dump ";

/// Whether a line at the beginning says so.
pub(super) fn is_dump(head: &Head<'_>) -> bool {
    head.is_text() && head.lines().take(200).any(|line| line.starts_with(TITLE.as_bytes()))
}

/// Reads one dump or several.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("Java thread dump", context);
    builder.sample_type("threads", "count")?;
    builder.sample_type("cpu", "nanoseconds")?;
    let mut reader = Reader { builder, thread: None, in_dump: false };
    let mut lines = Lines::new(source);
    loop {
        reader.builder.place = lines.place();
        match lines.next() {
            Ok(Some(line)) => reader.line(&String::from_utf8_lossy(line))?,
            Ok(None) => break,
            // What could be unpacked is shown.
            Err(error @ ProfileError::Damaged { .. }) => {
                reader.builder.profile.warnings.push(format!("The end is missing: {error}."));
                break;
            }
            Err(error) => return Err(error),
        }
    }
    reader.end_thread()?;
    Ok(reader.builder.finish(None))
}

/// A thread whose lines are being read.
struct Open {
    row: ThreadId,
    cpu_ns: i64,
}

struct Reader<'a> {
    builder: Builder<'a>,
    thread: Option<Open>,
    /// Whether threads are listed; behind them, those of a deadlock are told once more.
    in_dump: bool,
}

impl Reader<'_> {
    fn line(&mut self, line: &str) -> Result<(), ProfileError> {
        let trimmed = line.trim();
        if let Some(call) = trimmed.strip_prefix("at ").filter(|_| self.thread.is_some()) {
            return self.call(call);
        }
        if let Some(state) = trimmed.strip_prefix("java.lang.Thread.State: ") {
            return self.state(state);
        }
        if line.starts_with('"') && self.in_dump {
            self.end_thread()?;
            return self.begin_thread(line);
        }
        if trimmed.is_empty() {
            return self.end_thread();
        }
        if line.starts_with(TITLE) {
            self.in_dump = true;
        } else if line.starts_with("Found ") && line.contains("deadlock") {
            self.in_dump = false;
        }
        Ok(())
    }

    /// `"name" #1 prio=5 os_prio=0 cpu=52.50ms elapsed=1.05s tid=0x… nid=0x1e2 waiting on condition [0x…]`
    fn begin_thread(&mut self, line: &str) -> Result<(), ProfileError> {
        let Some((name, rest)) = line.get(1..).and_then(|line| line.rsplit_once('"')) else { return Ok(()) };
        let field = |key: &str| rest.split_whitespace().find_map(|word| word.strip_prefix(key));
        let id = field("nid=").and_then(number);
        let cpu_ns = field("cpu=").and_then(|cpu| cpu.strip_suffix("ms")).and_then(|cpu| cpu.parse::<f64>().ok());
        let name = self.builder.text(name)?;
        let row = self.builder.thread(Thread { name, id, ..Thread::default() })?;
        self.thread = Some(Open { row, cpu_ns: (cpu_ns.unwrap_or(0.0) * 1e6).round() as i64 });
        Ok(())
    }

    /// `java.lang.Thread.sleep(java.base@17.0.15/Native Method)`, `Work.main(Work.java:120)`
    fn call(&mut self, call: &str) -> Result<(), ProfileError> {
        let (name, place) = call.strip_suffix(')').and_then(|call| call.rsplit_once('(')).unwrap_or((call, ""));
        // Names of modules and of class loaders stand before a slash.
        let place = place.rsplit_once('/').map_or(place, |(_, place)| place);
        let name = name.rsplit_once('/').filter(|(before, _)| before.contains('@')).map_or(name, |(_, name)| name);
        let (file, line) = place.rsplit_once(':').unwrap_or((place, ""));
        let file = if file.contains(' ') { "" } else { file };
        let (name, file) = (self.builder.text(name)?, self.builder.text(file)?);
        let function = self.builder.function(name, file, 0)?;
        let frame = self.builder.frame(Spot { function, line: line.parse().unwrap_or(0), ..Spot::default() })?;
        self.builder.push(frame);
        Ok(())
    }

    /// A mark for the state: `TIMED_WAITING (sleeping)`.
    fn state(&mut self, state: &str) -> Result<(), ProfileError> {
        let Some(thread) = self.thread.as_ref().map(|thread| thread.row) else { return Ok(()) };
        let (name, category) = (self.builder.text(state)?, self.builder.text("State")?);
        self.builder.marker(Marker { name, category, text: StringId(0), thread, start_ns: 0, end_ns: 0 })
    }

    fn end_thread(&mut self) -> Result<(), ProfileError> {
        let Some(Open { row, cpu_ns }) = self.thread.take() else { return Ok(()) };
        self.builder.reverse();
        let stack = self.builder.stack()?;
        self.builder.sample(stack, &[1, cpu_ns], At { thread: Some(row), time_ns: None })
    }
}

/// A number as the JVM writes it: `0x1e2`, since JDK 19 `482`.
fn number(text: &str) -> Option<i64> {
    match text.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}
