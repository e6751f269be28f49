//! Texts of stacks with a count: contention (`--- contentionz 1 ---`, Go's `--- mutex:`), Go's goroutines and threads, and the stacks of all
//! threads (`--- threadz 1 ---`).

use super::addresses::Addresses;
use super::maps;
use crate::profile::build::Builder;
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{Profile, SampleType};
use crate::profile::read::Context;
use crate::profile::read::decimal::hex;
use crate::profile::read::head::Head;
use crate::profile::read::lines::Lines;
use crate::profile::read::source::Source;

pub(super) use super::notes;

/// Whether it begins as a list of contention does.
pub(in crate::profile::read) fn is_contention(head: &Head<'_>) -> bool {
    let starts: [&[u8]; 3] = [b"--- contentionz ", b"--- mutex:", b"--- contention:"];
    head.is_text() && starts.iter().any(|start| head.starts_with(start))
}

/// Whether it begins as one of Go's counts does: `goroutine profile: total 7`.
pub(in crate::profile::read) fn is_count(head: &Head<'_>) -> bool {
    head.is_text() && first_line(head).is_some_and(|line| count_of(line).is_some())
}

/// Whether it begins as a list of threads does.
pub(in crate::profile::read) fn is_threads(head: &Head<'_>) -> bool {
    let begins = |line: &[u8]| line.starts_with(b"--- threadz ") || thread_of(line).is_some();
    head.is_text() && first_line(head).is_some_and(begins)
}

fn first_line<'h>(head: &Head<'h>) -> Option<&'h [u8]> {
    head.lines().find(|line| !line.is_empty() && !line.starts_with(b"#"))
}

/// `goroutine` of `goroutine profile: total 7`.
fn count_of(line: &[u8]) -> Option<&str> {
    let (name, total) = std::str::from_utf8(line).ok()?.split_once(" profile: total ")?;
    let plain = !name.contains(char::is_whitespace) && !name.is_empty();
    total.trim().parse::<u64>().ok().filter(|_| plain).map(|_| name)
}

/// Name and number of `--- Thread 7f12 (name: main/123) stack: ---`.
fn thread_of(line: &[u8]) -> Option<(String, Option<i64>)> {
    let line = std::str::from_utf8(line).ok()?.trim();
    let inner = line.strip_prefix("--- Thread ")?.strip_suffix(") stack: ---")?;
    let (name, number) = inner.split_once(" (name: ")?.1.rsplit_once('/')?;
    Some((name.to_owned(), number.parse().ok()))
}

/// Calls `each` with every address of a list; whether there was nothing else.
pub(super) fn addresses(text: &[u8], mut each: impl FnMut(u64)) -> bool {
    let words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut all = true;
    for word in words {
        match word.strip_prefix(b"0x").and_then(hex) {
            Some(address) => each(address),
            None => all = false,
        }
    }
    all
}

/// What differs between the kinds of lists.
trait List {
    /// Takes a line that is neither empty nor a map nor a note of Go.
    fn line(&mut self, builder: &mut Builder<'_>, samples: &mut Addresses, line: &[u8]) -> Result<(), ProfileError>;

    /// Takes the end of the list.
    fn end(&mut self, _: &mut Builder<'_>, _: &mut Addresses) -> Result<(), ProfileError> {
        Ok(())
    }
}

/// Walks the lines of a list and of the maps behind it.
fn walk(source: &mut Source<'_>, mut builder: Builder<'_>, mut list: impl List) -> Result<Profile, ProfileError> {
    let (mut lines, mut number, mut in_maps) = (Lines::new(source), 0, false);
    let (mut samples, mut notes) = (Addresses::default(), notes::Notes::default());
    while let Some(line) = lines.next()? {
        number += 1;
        builder.place = Place::Line(number);
        if number.is_multiple_of(1024) {
            samples.check(&builder)?;
        }
        in_maps = in_maps || maps::begins(line);
        if in_maps {
            samples.maps.line(line);
        } else if !notes.line(line, &mut samples.told) && !line.trim_ascii().is_empty() {
            list.line(&mut builder, &mut samples, line.trim_ascii())?;
        }
    }
    list.end(&mut builder, &mut samples)?;
    samples.finish(builder)
}

fn one_type(builder: &mut Builder<'_>, name: &str, unit: &str) -> Result<(), ProfileError> {
    builder.profile.period = Some(1);
    builder.profile.period_type = Some(SampleType { name: builder.text(name)?, unit: builder.text(unit)? });
    Ok(())
}

/// Reads a list of contention.
pub(in crate::profile::read) fn read_contention(
    source: &mut Source<'_>,
    _: &Head<'_>,
    context: Context<'_>,
) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("contention profile", context);
    builder.sample_type("contentions", "count")?;
    builder.profile.default_sample_type = builder.sample_type("delay", "nanoseconds")?;
    one_type(&mut builder, "contentions", "count")?;
    walk(source, builder, Contention { period: 1, hertz: 0 })
}

struct Contention {
    /// One in so many was written down.
    period: i64,
    /// Cycles a second; 0 when delays are nanoseconds.
    hertz: i64,
}

impl List for Contention {
    fn line(&mut self, builder: &mut Builder<'_>, samples: &mut Addresses, line: &[u8]) -> Result<(), ProfileError> {
        if line.starts_with(b"---") {
            return Ok(());
        }
        if let Some((key, value)) = setting(line) {
            match key {
                "cycles/second" => self.hertz = value,
                "sampling period" => {
                    self.period = value;
                    builder.profile.period = Some(value);
                }
                "ms since reset" => {
                    builder.profile.duration_ns = u64::try_from(value).ok().and_then(|ms| ms.checked_mul(1_000_000));
                }
                _ => {}
            }
            return Ok(());
        }
        let at = memchr::memchr(b'@', line).unwrap_or(line.len());
        let text = String::from_utf8_lossy(line.get(..at).unwrap_or_default());
        let numbers: Vec<i64> = text.split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect();
        let (&[delay, count], true) = (numbers.as_slice(), at < line.len()) else {
            builder.flaw("is no sample of contention and was left out");
            return Ok(());
        };
        if !addresses(line.get(at + 1..).unwrap_or_default(), |address| samples.push(address.wrapping_sub(1))) {
            builder.flaw("has something else than addresses behind its counts");
        }
        let values = [self.count(count), self.nanoseconds(delay)];
        samples.sample(builder, &values)
    }
}

impl Contention {
    fn count(&self, count: i64) -> i64 {
        if self.period > 0 { count.saturating_mul(self.period) } else { count }
    }

    fn nanoseconds(&self, delay: i64) -> i64 {
        if self.period <= 0 || self.hertz <= 0 {
            return delay;
        }
        (delay as f64 * self.period as f64 / (self.hertz as f64 / 1e9)) as i64
    }
}

/// `sampling period = 100`.
fn setting(line: &[u8]) -> Option<(&str, i64)> {
    let (key, value) = std::str::from_utf8(line).ok()?.split_once('=')?;
    Some((key.trim(), value.trim().parse().ok()?))
}

/// Reads one of Go's counts.
pub(in crate::profile::read) fn read_count(
    source: &mut Source<'_>,
    head: &Head<'_>,
    context: Context<'_>,
) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("Go count profile", context);
    let name = first_line(head).and_then(count_of).unwrap_or("count");
    builder.sample_type(name, "count")?;
    one_type(&mut builder, name, "count")?;
    walk(source, builder, Count)
}

struct Count;

impl List for Count {
    fn line(&mut self, builder: &mut Builder<'_>, samples: &mut Addresses, line: &[u8]) -> Result<(), ProfileError> {
        if line.starts_with(b"---") || count_of(line).is_some() {
            return Ok(());
        }
        let at = memchr::memchr(b'@', line).unwrap_or(line.len());
        let count = std::str::from_utf8(line.get(..at).unwrap_or_default()).ok().and_then(|text| text.trim().parse().ok());
        let Some(count) = count.filter(|_| at < line.len()) else {
            builder.flaw("is no count of a stack and was left out");
            return Ok(());
        };
        if !addresses(line.get(at + 1..).unwrap_or_default(), |address| samples.push(address.wrapping_sub(1))) {
            builder.flaw("has something else than addresses behind its count");
        }
        samples.sample(builder, &[count])
    }
}

/// Reads the stacks of all threads.
pub(in crate::profile::read) fn read_threads(
    source: &mut Source<'_>,
    _: &Head<'_>,
    context: Context<'_>,
) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("threads", context);
    builder.sample_type("thread", "count")?;
    one_type(&mut builder, "thread", "count")?;
    walk(source, builder, Threads::default())
}

#[derive(Default)]
struct Threads {
    open: Option<(String, Option<i64>)>,
    depth: usize,
}

impl Threads {
    fn close(&mut self, builder: &mut Builder<'_>, samples: &mut Addresses) -> Result<(), ProfileError> {
        match self.open.take() {
            Some(thread) if std::mem::take(&mut self.depth) > 0 => samples.sample_of(builder, &[1], Some(thread)),
            _ => Ok(()),
        }
    }
}

impl List for Threads {
    fn line(&mut self, builder: &mut Builder<'_>, samples: &mut Addresses, line: &[u8]) -> Result<(), ProfileError> {
        if line.starts_with(b"---") {
            self.close(builder, samples)?;
            self.open = thread_of(line);
            return Ok(());
        }
        if self.open.is_none() {
            return Ok(());
        }
        if memchr::memmem::find(line, b"same as previous thread").is_some() {
            self.open = None;
            if let Some(count) = samples.last_value() {
                *count = count.saturating_add(1);
            }
            return Ok(());
        }
        let depth = &mut self.depth;
        // All but the innermost are where calls return to. What else stands in the line is a name.
        addresses(line, |address| {
            samples.push(if *depth == 0 { address } else { address.wrapping_sub(1) });
            *depth += 1;
        });
        Ok(())
    }

    fn end(&mut self, builder: &mut Builder<'_>, samples: &mut Addresses) -> Result<(), ProfileError> {
        self.close(builder, samples)
    }
}
