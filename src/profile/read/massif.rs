//! massif's snapshots of the heap (<https://valgrind.org/docs/manual/ms-manual.html>), also as heaptrack and others write them.
//!
//! The samples are the snapshot at the peak: all its bytes, so that percentages are those of `ms_print`. The sizes of all snapshots are
//! counters.

use super::Context;
use super::decimal::scaled;
use super::head::Head;
use super::lines::Lines;
use super::places::{Printed, add_stack, named};
use super::source::Source;
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{Profile, ThreadId};

/// What each snapshot says, and what it is called as a counter.
const SIZES: [(&[u8], &str); 3] =
    [(b"mem_heap_B", "heap"), (b"mem_heap_extra_B", "heap administration"), (b"mem_stacks_B", "stacks")];

/// Whether a description, the command and the unit of time stand at the beginning.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    let mut lines = head.lines().skip_while(|line| line.starts_with(b"desc:") || line.is_empty());
    lines.next().is_some_and(|line| line.starts_with(b"cmd:")) && lines.next().is_some_and(|line| line.starts_with(b"time_unit:"))
}

/// A snapshot, as far as its lines were read.
#[derive(Default)]
struct Snapshot {
    number: i64,
    time: i64,
    sizes: [i64; 3],
    is_peak: bool,
    /// The lines of its tree, and the number of the first.
    tree: Vec<u8>,
    first: u64,
}

struct Reader<'a> {
    builder: Builder<'a>,
    /// Rows of the counters: the sum and [`SIZES`].
    counters: Vec<usize>,
    /// Nanoseconds of the unit of time, as a power of ten.
    power: u32,
    now: Option<Snapshot>,
    /// The snapshot to be shown.
    best: Option<Snapshot>,
    detailed: u32,
    count: u32,
}

/// Reads the file line by line.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("massif", context);
    builder.sample_type("peak", "bytes")?;
    let names = ["memory"].into_iter().chain(SIZES.map(|(_, name)| name));
    let counters = names.map(|name| builder.counter(name, "bytes", ThreadId::NONE)).collect::<Result<_, _>>()?;
    let mut reader = Reader { builder, counters, power: 0, now: None, best: None, detailed: 0, count: 0 };
    let mut lines = Lines::new(source);
    loop {
        let number = lines.number() + 1;
        let Some(line) = lines.next()? else { break };
        reader.builder.place = Place::Line(number);
        reader.line(line, number)?;
    }
    drop(lines);
    reader.finish()
}

impl Reader<'_> {
    fn line(&mut self, line: &[u8], number: u64) -> Result<(), ProfileError> {
        self.builder.tick()?;
        if line.trim_ascii_start().starts_with(b"n") {
            return self.tree_line(line, number);
        }
        if let Some(at) = memchr::memchr(b'=', line).filter(|_| !line.starts_with(b"desc:") && !line.starts_with(b"cmd:")) {
            let (key, value) = line.split_at_checked(at).unwrap_or((line, b"="));
            return self.field(key, value.get(1..).unwrap_or_default());
        }
        match line.split_at_checked(memchr::memchr(b':', line).unwrap_or(0)) {
            Some((b"desc" | b"cmd", value)) => self.comment(value),
            Some((b"time_unit", value)) => self.unit(value.get(1..).unwrap_or_default().trim_ascii()),
            _ if line.starts_with(b"#") || line.trim_ascii().is_empty() => {}
            _ => self.builder.flaw("is of a kind that is not known and was left out"),
        }
        Ok(())
    }

    fn comment(&mut self, value: &[u8]) {
        let text = String::from_utf8_lossy(value.get(1..).unwrap_or_default()).trim().to_owned();
        if !text.is_empty() && text != "(none)" && self.builder.profile.comments.len() < 64 {
            self.builder.profile.comments.push(text);
        }
    }

    fn unit(&mut self, unit: &[u8]) {
        let counted = match unit {
            b"ms" => {
                self.power = 6;
                return;
            }
            b"s" => {
                self.power = 9;
                return;
            }
            b"i" => "instructions",
            b"B" => "bytes allocated and freed",
            _ => "something unknown",
        };
        let text = format!("Time is counted in {counted}; each is taken as a nanosecond.");
        // A header has one of them.
        if self.builder.profile.comments.len() < 64 {
            self.builder.profile.comments.push(text);
        }
    }

    fn field(&mut self, key: &[u8], value: &[u8]) -> Result<(), ProfileError> {
        let power = if key == b"time" { self.power } else { 0 };
        let number = scaled(value.trim_ascii(), power);
        if key == b"snapshot" {
            self.end_snapshot()?;
            self.now = Some(Snapshot { number: number.unwrap_or(0), ..Snapshot::default() });
            return Ok(());
        }
        let Some(now) = &mut self.now else {
            self.builder.flaw("stands before the first snapshot and was left out");
            return Ok(());
        };
        let size = SIZES.iter().zip(&mut now.sizes).find(|((name, _), _)| *name == key).map(|(_, size)| size);
        match (key, size, number) {
            (b"time", _, Some(number)) => now.time = number,
            (_, Some(size), Some(number)) => *size = number,
            (b"heap_tree", ..) => now.is_peak = value.trim_ascii() == b"peak",
            _ => self.builder.flaw("has no number or is of a kind that is not known, and was left out"),
        }
        Ok(())
    }

    fn tree_line(&mut self, line: &[u8], number: u64) -> Result<(), ProfileError> {
        let Some(now) = &mut self.now else {
            self.builder.flaw("stands before the first snapshot and was left out");
            return Ok(());
        };
        if now.tree.is_empty() {
            now.first = number;
            self.detailed += 1;
        }
        now.tree.extend_from_slice(line);
        now.tree.push(b'\n');
        let held = now.tree.capacity() + self.best.as_ref().map_or(0, |best| best.tree.capacity());
        self.builder.has_room(held as u64)
    }

    fn end_snapshot(&mut self) -> Result<(), ProfileError> {
        let Some(snapshot) = self.now.take() else { return Ok(()) };
        self.count += 1;
        let sum = snapshot.sum();
        for (&counter, size) in self.counters.iter().zip([sum].into_iter().chain(snapshot.sizes)) {
            self.builder.count(counter, snapshot.time, size as f64)?;
        }
        // The one that massif calls the peak; without it the largest that is told in detail.
        let rank = |snapshot: &Snapshot| (snapshot.is_peak, !snapshot.tree.is_empty(), snapshot.sum());
        if self.best.as_ref().is_none_or(|best| rank(&snapshot) > rank(best)) {
            self.best = Some(snapshot);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Profile, ProfileError> {
        self.end_snapshot()?;
        if let Some(best) = self.best.take() {
            let told = Tree { builder: &mut self.builder, path: Vec::new(), spots: Vec::new(), told: 0 }.read(&best)?;
            let [heap, administration, stacks] = best.sizes;
            self.whole("[heap]", heap.saturating_sub(told))?;
            self.whole("[heap administration]", administration)?;
            self.whole("[stacks]", stacks)?;
            let kind = if best.is_peak { "the peak" } else { "the largest one that is told in detail" };
            let text =
                format!("Snapshot {} of {} is shown: {kind}. {} are told in detail.", best.number, self.count, self.detailed);
            self.builder.profile.comments.push(text);
        }
        if self.power > 0 {
            let last = self.builder.profile.counters.first().and_then(|counter| counter.time_ns.iter().max());
            self.builder.profile.duration_ns = last.and_then(|&last| u64::try_from(last).ok());
        }
        Ok(self.builder.finish(None))
    }

    /// A sample that has no place.
    fn whole(&mut self, name: &str, size: i64) -> Result<(), ProfileError> {
        if size <= 0 {
            return Ok(());
        }
        let spot = named(&mut self.builder, name)?;
        let stack = add_stack(&mut self.builder, &[spot])?;
        self.builder.sample(stack, &[size], At::default())
    }
}

impl Snapshot {
    fn sum(&self) -> i64 {
        self.sizes.iter().fold(0, |sum: i64, &size| sum.saturating_add(size))
    }
}

/// A tree that is read: each line is a place, those that called it below it, one blank further in.
struct Tree<'t, 'a> {
    builder: &'t mut Builder<'a>,
    /// Bytes of each place on the way to the present one that the lines below did not tell of.
    path: Vec<i64>,
    spots: Vec<Spot>,
    /// Bytes of all samples.
    told: i64,
}

/// The first line of a tree stands for malloc and the like, which is no place of the program.
const ALLOCATORS: usize = 1;

impl Tree<'_, '_> {
    /// Adds the samples and gives the sum of them.
    fn read(mut self, snapshot: &Snapshot) -> Result<i64, ProfileError> {
        for (line, number) in snapshot.tree.split(|&byte| byte == b'\n').zip(snapshot.first..) {
            self.builder.place = Place::Line(number);
            if !line.is_empty() {
                self.line(line)?;
            }
        }
        self.back_to(0)?;
        Ok(self.told)
    }

    fn line(&mut self, line: &[u8]) -> Result<(), ProfileError> {
        let depth = line.iter().take_while(|&&byte| byte == b' ').count();
        let text = String::from_utf8_lossy(line);
        let parsed = text.trim_start().split_once(": ").and_then(|(_, rest)| {
            let (bytes, place) = rest.split_once(' ').unwrap_or((rest, ""));
            Some((scaled(bytes.as_bytes(), 0)?, place))
        });
        let Some((bytes, place)) = parsed else {
            self.builder.flaw("is no line of a tree and was left out");
            return Ok(());
        };
        self.back_to(depth)?;
        if let Some(parent) = self.path.last_mut() {
            *parent = parent.saturating_sub(bytes);
        }
        let spot = match place.strip_prefix("in ").filter(|place| place.contains("below")) {
            Some(_) => named(self.builder, "(places below the threshold)")?,
            None => Printed::parse(place).spot(self.builder)?,
        };
        self.path.push(bytes);
        self.spots.push(spot);
        Ok(())
    }

    /// Ends the places that are deeper than `depth`.
    fn back_to(&mut self, depth: usize) -> Result<(), ProfileError> {
        while self.path.len() > depth {
            let own = self.path.pop().unwrap_or(0);
            if own < 0 {
                self.builder.flaw("ends places that have less than those that called them; the callers are believed");
            } else if own > 0 {
                self.told = self.told.saturating_add(own);
                let spots = self.spots.get(ALLOCATORS..).filter(|spots| !spots.is_empty()).unwrap_or(&self.spots);
                let stack = add_stack(self.builder, spots)?;
                self.builder.sample(stack, &[own], At::default())?;
            }
            self.spots.pop();
        }
        Ok(())
    }
}
