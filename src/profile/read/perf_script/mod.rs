//! What `perf script` prints (<https://man7.org/linux/man-pages/man1/perf-script.1.html>), of perf 3 to 6: samples with a heading, the calls
//! of its chain below it, the innermost first, and an empty line; or samples of a single line.
//!
//! Every event is a sample type; its values are the periods where they are printed. Read line by line.

mod calls;
mod line;

use super::Context;
use super::decimal;
use super::head::Head;
use super::lines::Lines;
use super::perf_events::Events;
use super::source::Source;
use crate::profile::build::{At, Builder};
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{Profile, StringId, Thread, ThreadId};
use crate::profile::timeline::Marker;
use calls::Calls;
use line::Heading;

/// So many lines are looked at to tell the format.
const LINES: usize = 200;

/// Whether the first lines are a sample.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    if !head.is_text() {
        return false;
    }
    let lines = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.bytes).split(|&byte| byte == b'\n');
    let mut lines = lines.filter(|line| !line.trim_ascii().is_empty() && !line.starts_with(b"#")).take(LINES);
    let Some(found) = lines.next().and_then(line::heading) else { return false };
    let record = found.rest.starts_with(b"PERF_RECORD_");
    if found.time.is_some() && (record || !found.event.is_empty()) {
        return true;
    }
    // Command and number alone can be anything; the line below them tells.
    lines.next().is_some_and(is_full_call)
}

/// Whether a line is a call with address and binary.
fn is_full_call(line: &[u8]) -> bool {
    line::call(line.trim_ascii()).is_some_and(|call| call.address.is_some() && !call.binary.is_empty())
}

/// Reads the samples.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut reader = Reader::new(context)?;
    let (mut lines, mut number) = (Lines::new(source), 0);
    loop {
        number += 1;
        reader.builder.place = Place::Line(number);
        match lines.next() {
            Ok(Some(line)) => reader.line(line)?,
            Ok(None) => return reader.finish(),
            Err(error) => return reader.cut(error),
        }
    }
}

/// A sample whose calls are being read.
struct Open {
    period: Option<u64>,
    at: At,
}

/// The thread of the last sample, and what it was told by.
struct LastThread {
    command: Vec<u8>,
    numbers: (Option<i64>, Option<i64>),
    id: ThreadId,
}

struct Reader<'a> {
    builder: Builder<'a>,
    events: Events,
    calls: Calls,
    open: Option<Open>,
    /// Event of the open sample.
    event: Vec<u8>,
    thread: Option<LastThread>,
    first_ns: Option<i64>,
    last_ns: i64,
    lost: u64,
}

impl<'a> Reader<'a> {
    fn new(context: Context<'a>) -> Result<Self, ProfileError> {
        Ok(Self {
            builder: Builder::new("perf script", context),
            events: Events::default(),
            calls: Calls::default(),
            open: None,
            event: Vec::new(),
            thread: None,
            first_ns: None,
            last_ns: 0,
            lost: 0,
        })
    }

    fn line(&mut self, line: &[u8]) -> Result<(), ProfileError> {
        match line.first() {
            None => self.close(),
            Some(b'#') => {
                self.remark(line);
                Ok(())
            }
            // No heading begins so.
            Some(b'\t') => self.call(line.trim_ascii()),
            Some(b' ') if !has_time(line) => self.call(line.trim_ascii()),
            Some(b' ') => match line::heading(line) {
                Some(heading) => self.begin(heading),
                None => self.call(line.trim_ascii()),
            },
            Some(_) => match line::heading(line) {
                Some(heading) => self.begin(heading),
                // Some texts went through tools that took the blanks away.
                None if self.open.is_some() && is_full_call(line) => self.call(line),
                None => {
                    self.builder.flaw(NEITHER);
                    Ok(())
                }
            },
        }
    }

    fn call(&mut self, line: &[u8]) -> Result<(), ProfileError> {
        if line.is_empty() {
            return self.close();
        }
        if self.open.is_none() {
            self.builder.flaw("has a call that belongs to no sample and was left out");
            return Ok(());
        }
        self.calls.line(&mut self.builder, line)
    }

    fn begin(&mut self, heading: Heading<'_>) -> Result<(), ProfileError> {
        self.close()?;
        if let Some(text) = [heading.event, heading.rest].into_iter().find(|text| text.starts_with(b"PERF_RECORD_")) {
            self.record(text);
            return Ok(());
        }
        let thread = self.thread(&heading)?;
        let time_ns = self.time(heading.time);
        self.event.clear();
        self.event.extend_from_slice(heading.event);
        self.open = Some(Open { period: heading.period, at: At { thread: Some(thread), time_ns } });
        if heading.rest.is_empty() {
            return Ok(());
        }
        match line::call(heading.rest) {
            Some(call) if call.address.is_some() && (!call.binary.is_empty() || !heading.rest.contains(&b'=')) => {
                self.calls.line(&mut self.builder, heading.rest)
            }
            _ => self.marker(&heading, thread, time_ns),
        }
    }

    /// What a tracepoint tells beside its place.
    fn marker(&mut self, heading: &Heading<'_>, thread: ThreadId, time_ns: Option<i64>) -> Result<(), ProfileError> {
        let name = self.builder.text_bytes(heading.event)?;
        let text = self.builder.text_bytes(heading.rest)?;
        let at = time_ns.unwrap_or(0);
        self.builder.marker(Marker { name, category: StringId(0), text, thread, start_ns: at, end_ns: at })
    }

    fn thread(&mut self, heading: &Heading<'_>) -> Result<ThreadId, ProfileError> {
        let Heading { command, process, thread, .. } = *heading;
        let numbers = (process, thread);
        if let Some(last) = self.thread.as_ref().filter(|last| last.command == command && last.numbers == numbers) {
            return Ok(last.id);
        }
        let name = self.builder.text_bytes(command)?;
        let id = self.builder.thread(Thread { name, id: thread, process_name: StringId(0), process_id: process })?;
        self.thread = Some(LastThread { command: command.to_vec(), numbers, id });
        Ok(id)
    }

    /// Nanoseconds from the first sample.
    fn time(&mut self, seconds: Option<&[u8]>) -> Option<i64> {
        let time = decimal::scaled(seconds?, 9)?;
        let first = *self.first_ns.get_or_insert(time);
        self.last_ns = self.last_ns.max(time);
        Some(time.saturating_sub(first))
    }

    fn close(&mut self) -> Result<(), ProfileError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let stack = self.calls.finish(&mut self.builder)?;
        self.events.sample(&mut self.builder, &self.event, open.period, stack, open.at)
    }

    /// A line such as `# cmdline : perf record -g ./a`.
    fn remark(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let Some((key, value)) = text.trim_start_matches('#').split_once(':') else { return };
        let (key, value) = (key.trim(), value.trim());
        if matches!(key, "cmdline" | "captured on" | "perf version" | "cpudesc") && !value.is_empty() {
            self.builder.profile.comments.push(format!("{key}: {value}"));
        }
    }

    /// What is no sample: `PERF_RECORD_LOST lost 12`.
    fn record(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        if text.starts_with("PERF_RECORD_LOST") {
            let count = text.split_ascii_whitespace().find_map(|word| word.parse::<u64>().ok());
            self.lost = self.lost.saturating_add(count.unwrap_or(1));
        }
    }

    /// The file ends early: what was read is kept, unless it is nothing.
    fn cut(mut self, error: ProfileError) -> Result<Profile, ProfileError> {
        if !matches!(error, ProfileError::Damaged { .. }) || self.builder.samples.is_empty() {
            return Err(error);
        }
        self.open = None;
        self.builder.profile.warnings.push(format!("{error}. What comes before that is shown."));
        self.finish()
    }

    fn finish(mut self) -> Result<Profile, ProfileError> {
        self.close()?;
        let builder = &mut self.builder;
        if builder.samples.is_empty() && self.first_ns.is_some() {
            return Err(builder.damaged("it has no sample that is whole"));
        }
        if self.lost > 0 {
            builder.profile.warnings.push(format!("perf lost {} events while it recorded: figures are too small.", self.lost));
        }
        builder.profile.duration_ns = self.first_ns.and_then(|first| u64::try_from(self.last_ns.saturating_sub(first)).ok());
        self.events.finish(&mut self.builder)?;
        Ok(self.builder.finish(None))
    }
}

const NEITHER: &str = "is neither a sample nor a call of perf script and was left out";

/// Whether a colon and a blank follow a digit, as behind the time of a heading.
fn has_time(line: &[u8]) -> bool {
    memchr::memmem::find_iter(line, b": ").any(|at| at.checked_sub(1).and_then(|at| line.get(at)).is_some_and(u8::is_ascii_digit))
}
