//! heaptrack's recordings, as they are after its interpreter has run, which is what it leaves on the disk
//! (<https://invent.kde.org/sdk/heaptrack>, `accumulatedtracedata.cpp` reads them there): texts, addresses, call chains, and then one line for
//! each allocation and each time that one was freed. Versions 0 to 3.
//!
//! Only what belongs to call chains is kept, so that a recording of billions of events needs no more memory than its chains.

mod costs;
mod tables;

use super::Context;
use super::head::Head;
use super::lines::Lines;
use super::source::Source;
use crate::profile::build::{At, Builder};
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{Profile, ThreadId};
use costs::Costs;
use tables::Tables;

/// The latest version that is known.
const LATEST: u64 = 3;
/// The version of heaptrack that wrote version 1 before there were numbers of versions.
const BEFORE_NUMBERS: u64 = 0x1_0200;
const NS_PER_MS: u64 = 1_000_000;

/// Whether it begins with heaptrack's version and the command, both by a letter.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    let mut lines = head.lines();
    let version = lines.next().and_then(|line| line.strip_prefix(b"v "));
    let hexadecimal = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte) || *byte == b' ';
    let is_version = version.is_some_and(|version| !version.is_empty() && version.iter().all(hexadecimal));
    let next = lines.next().unwrap_or_default();
    is_version && [&b"X "[..], b"x ", b"I ", b"s ", b"# ", b"S "].iter().any(|start| next.starts_with(start)) || is_oldest(head)
}

/// Before there were versions, the command came first.
fn is_oldest(head: &Head<'_>) -> bool {
    let mut lines = head.lines().filter(|line| !line.is_empty()).take(200).peekable();
    lines.peek().is_some_and(|line| line.starts_with(b"X "))
        && lines.all(|line| matches!(line, [b'X' | b's' | b't' | b'i' | b'+' | b'-' | b'c' | b'R' | b'#' | b'I' | b'A', b' ', ..]))
}

/// Hexadecimal numbers of a line, behind its letter.
struct Numbers<'l>(&'l [u8]);

impl Numbers<'_> {
    /// The next number; `None` when there is none.
    fn next(&mut self) -> Option<u64> {
        let (mut number, mut digits, mut rest) = (0_u64, 0, self.0);
        while let Some((&byte, behind)) = rest.split_first() {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                _ => break,
            };
            number = number << 4 | u64::from(digit);
            digits += 1;
            rest = behind;
        }
        self.0 = rest.strip_prefix(b" ").unwrap_or(rest);
        (digits > 0).then_some(number)
    }
}

struct Reader<'a> {
    builder: Builder<'a>,
    tables: Tables,
    costs: Costs,
    version: u64,
    /// Milliseconds since the beginning.
    time: u64,
    page_size: u64,
    heap: usize,
    resident: usize,
}

/// Reads the file line by line.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("heaptrack", context);
    for (name, unit) in
        [("allocations", "count"), ("temporary", "count"), ("allocated", "bytes"), ("peak", "bytes"), ("leaked", "bytes")]
    {
        builder.sample_type(name, unit)?;
    }
    builder.profile.default_sample_type = 3;
    let heap = builder.counter("heap", "bytes", ThreadId::NONE)?;
    let resident = builder.counter("resident memory", "bytes", ThreadId::NONE)?;
    let (tables, costs) = (Tables::default(), Costs::default());
    let mut reader = Reader { builder, tables, costs, version: 0, time: 0, page_size: 4096, heap, resident };
    let (mut lines, mut number) = (Lines::new(source), 0);
    while let Some(line) = lines.next()? {
        number += 1;
        reader.line(line, number)?;
    }
    drop(lines);
    reader.finish()
}

impl Reader<'_> {
    fn line(&mut self, line: &[u8], number: u64) -> Result<(), ProfileError> {
        self.builder.place = Place::Line(number);
        let Some((&letter, rest)) = line.split_first() else { return Ok(()) };
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        if number.is_multiple_of(4096) {
            self.builder.context.cancel.check()?;
            self.builder.has_room(self.tables.memory_bytes() + self.costs.memory_bytes())?;
        }
        let understood = match letter {
            b'+' => self.allocated(rest),
            b'-' => self.freed(rest),
            b's' => return self.tables.text(&mut self.builder, rest, self.version),
            b'i' => return self.tables.address(&mut self.builder, rest),
            b't' => self.tables.trace(rest),
            b'a' => self.costs.declare(rest),
            b'c' => self.time(rest)?,
            b'R' => self.resident(rest)?,
            b'I' => self.page_size(rest),
            b'v' => self.version(rest)?,
            b'X' => self.comment(format!("Command: {}", String::from_utf8_lossy(rest).trim())),
            b'A' => {
                self.costs.begin();
                self.comment("heaptrack was attached to a running program: what that held before is missing.".into())
            }
            b'#' | b'S' => true,
            b'x' | b'm' if self.tables.is_empty() => return Err(self.is_raw()),
            _ => false,
        };
        if !understood {
            self.builder.flaw("cannot be understood and was left out");
        }
        Ok(())
    }

    fn allocated(&mut self, line: &[u8]) -> bool {
        match self.version {
            0 => self.costs.allocated_at(line),
            _ => self.costs.allocated(line),
        }
    }

    fn freed(&mut self, line: &[u8]) -> bool {
        match self.version {
            0 => self.costs.freed_at(line),
            _ => self.costs.freed(line),
        }
    }

    fn version(&mut self, line: &[u8]) -> Result<bool, ProfileError> {
        let mut numbers = Numbers(line);
        let Some(program) = numbers.next() else { return Ok(false) };
        self.version = numbers.next().unwrap_or(u64::from(program == BEFORE_NUMBERS));
        if self.version > LATEST {
            return Err(self
                .builder
                .damaged(format!("it is of version {}, but only versions up to {LATEST} are known", self.version)));
        }
        Ok(true)
    }

    /// Keeps a remark; more than a few are damage.
    fn comment(&mut self, text: String) -> bool {
        let comments = &mut self.builder.profile.comments;
        let is_header = comments.len() < 64;
        if is_header {
            comments.push(text);
        }
        is_header
    }

    fn page_size(&mut self, line: &[u8]) -> bool {
        let size = Numbers(line).next();
        self.page_size = size.unwrap_or(self.page_size);
        size.is_some()
    }

    /// A time; what is held is noted with the times before and now, as it changed between them.
    fn time(&mut self, line: &[u8]) -> Result<bool, ProfileError> {
        let Some(time) = Numbers(line).next().filter(|&time| time >= self.time) else { return Ok(false) };
        self.time = time;
        let now = self.now();
        self.builder.count(self.heap, now, self.costs.held() as f64)?;
        Ok(true)
    }

    fn resident(&mut self, line: &[u8]) -> Result<bool, ProfileError> {
        let Some(pages) = Numbers(line).next() else { return Ok(false) };
        let now = self.now();
        self.builder.count(self.resident, now, pages as f64 * self.page_size as f64)?;
        Ok(true)
    }

    fn now(&self) -> i64 {
        i64::try_from(self.time.saturating_mul(NS_PER_MS)).unwrap_or(i64::MAX)
    }

    fn is_raw(&self) -> ProfileError {
        ProfileError::NotAProfile {
            file: self.builder.context.file.into(),
            seems: "a raw recording of heaptrack, which only it can interpret".into(),
            advice: "Run “heaptrack --interpret FILE” where it was recorded and open what that writes.".into(),
        }
    }

    fn finish(mut self) -> Result<Profile, ProfileError> {
        self.builder.has_room(self.tables.memory_bytes() + self.costs.memory_bytes())?;
        for cost in self.costs.by_trace() {
            self.builder.tick()?;
            self.tables.push_stack(&mut self.builder, cost.trace)?;
            let stack = self.builder.stack()?;
            self.builder.sample(stack, &cost.values, At::default())?;
        }
        // heaptrack counts the last millisecond as a whole one.
        self.builder.profile.duration_ns = (self.time > 0).then(|| self.time.saturating_add(1).saturating_mul(NS_PER_MS));
        let counters = &mut self.builder.profile.counters;
        counters.retain(|counter| !counter.time_ns.is_empty());
        Ok(self.builder.finish(None))
    }
}
