//! Tables that `tracy-csvexport` writes of a trace of Tracy (<https://github.com/wolfpld/tracy>, `csvexport/src/csvexport.cpp`): one line for
//! each kind of zone with its sums, or with `-u` one line for each zone with its time, or with `-g` one for each zone on the graphics card.
//!
//! The texts are written without quotation marks, so a name may hold separators; lines are therefore taken apart by their numbers.

use super::Context;
use super::decimal;
use super::head::Head;
use super::lines::Lines;
use super::source::Source;
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{FrameId, Profile, Thread, ThreadId};

const SUMS: &str = "The file tells sums of zones but not which zone lies in which: a zone counts what the zones in it count, too, unless it was \
     written with “--self”. With “--unwrap” it would tell each zone.";

/// The three tables that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sums,
    Zones,
    Graphics,
}

/// What the first line tells.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Header {
    kind: Kind,
    separator: Vec<u8>,
}

/// How the line of names goes on behind the first two.
const KINDS: [(&str, Kind); 3] = [
    ("src_line|total_ns|", Kind::Sums),
    ("src_line|ns_since_start|", Kind::Zones),
    ("Time from start of program|", Kind::Graphics),
];

fn header(line: &[u8]) -> Option<Header> {
    let rest = line.strip_prefix(b"name")?;
    let end = memchr::memmem::find(rest, b"src_file").filter(|&end| (1..=8).contains(&end))?;
    let separator = rest.get(..end)?.to_vec();
    let behind = rest.get(end + 8..)?.strip_prefix(separator.as_slice())?;
    let is = |names: &str| {
        let names: Vec<&[u8]> = names.split('|').map(str::as_bytes).collect();
        behind.starts_with(&names.join(separator.as_slice()))
    };
    let kind = KINDS.iter().find(|(names, _)| is(names)).map(|&(_, kind)| kind)?;
    Some(Header { kind, separator })
}

/// Whether the first line has the names of the columns.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    head.lines().next().and_then(header).is_some()
}

/// A zone that ran.
#[derive(Clone, Copy, Debug)]
struct Zone {
    thread: ThreadId,
    start_ns: i64,
    end_ns: i64,
    frame: FrameId,
}

/// Reads a table of any kind.
pub(super) fn read(source: &mut Source<'_>, _head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("Tracy CSV", context);
    builder.sample_type("time", "nanoseconds")?;
    builder.sample_type("count", "count")?;
    let mut lines = Lines::new(source);
    let header = lines.next()?.and_then(header).ok_or_else(|| builder.damaged("the names of the columns are missing"))?;
    let mut zones = Vec::new();
    let mut number = 1;
    while let Some(line) = lines.next()? {
        number += 1;
        builder.place = Place::Line(number);
        if !line.is_empty() && !row(line, &header, &mut zones, &mut builder)? {
            builder.flaw("is no line of such a table and was left out");
        }
    }
    if header.kind == Kind::Sums {
        builder.profile.warnings.push(SUMS.into());
    }
    nest(zones, &mut builder)?;
    Ok(builder.finish(None))
}

/// A line taken apart.
struct Cells<'l> {
    name: &'l [u8],
    file: &'l [u8],
    numbers: Vec<i64>,
}

/// How many numbers follow the texts.
fn wanted(kind: Kind) -> usize {
    match kind {
        Kind::Sums => 4,
        Kind::Zones => 4,
        Kind::Graphics => 2,
    }
}

/// Finds the first place where as many numbers stand side by side as the table has, behind a name and a file.
fn cells<'l>(line: &'l [u8], header: &Header) -> Option<Cells<'l>> {
    let separator = header.separator.as_slice();
    let ends: Vec<usize> = memchr::memmem::find_iter(line, separator).chain([line.len()]).collect();
    let start = |cell: usize| cell.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| end + separator.len());
    let cell = |nth: usize| line.get(start(nth)..*ends.get(nth)?);
    let wanted = wanted(header.kind);
    let numbers = |first: usize| (first..first + wanted).map(|nth| number(cell(nth)?)).collect::<Option<Vec<i64>>>();
    let first = (2..ends.len()).take(MOST_CELLS).find_map(|first| Some((first, numbers(first)?)));
    let (first, numbers) = first?;
    let file = cell(first - 1)?;
    let name = line.get(..start(first - 1).saturating_sub(separator.len()))?;
    Some(Cells { name, file, numbers })
}

/// Names hold no more separators than that.
const MOST_CELLS: usize = 256;

fn number(text: &[u8]) -> Option<i64> {
    decimal::scaled(text.trim_ascii(), 0)
}

/// Adds what a line tells; false when it is none.
fn row(line: &[u8], header: &Header, zones: &mut Vec<Zone>, builder: &mut Builder<'_>) -> Result<bool, ProfileError> {
    let Some(cells) = cells(line, header) else { return Ok(false) };
    let (name, file) = (builder.text_bytes(cells.name)?, builder.text_bytes(cells.file)?);
    let frame = |line: i64, builder: &mut Builder<'_>| {
        let function = builder.function(name, file, u32::try_from(line).unwrap_or(0))?;
        builder.frame(Spot { function, ..Spot::default() })
    };
    match (header.kind, cells.numbers.as_slice()) {
        // Line, sum, part of the whole, count.
        (Kind::Sums, &[line, sum, _, count]) => {
            let frame = frame(line, builder)?;
            let stack = builder.stack_of([frame])?;
            builder.sample(stack, &[sum, count], At::default())?;
        }
        // Line, start, length, thread.
        (Kind::Zones, &[line, start_ns, length, thread]) => {
            let frame = frame(line, builder)?;
            let thread = builder.thread(Thread { id: Some(thread), ..Thread::default() })?;
            add(zones, Zone { thread, start_ns, end_ns: start_ns.saturating_add(length.max(0)), frame }, builder)?;
        }
        // Start, length.
        (Kind::Graphics, &[start_ns, length]) => {
            let frame = frame(0, builder)?;
            let name = builder.text("GPU")?;
            let thread = builder.thread(Thread { name, ..Thread::default() })?;
            add(zones, Zone { thread, start_ns, end_ns: start_ns.saturating_add(length.max(0)), frame }, builder)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn add(zones: &mut Vec<Zone>, zone: Zone, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    zones.push(zone);
    if zones.len().is_multiple_of(1 << 13) {
        builder.has_room((zones.len() * (size_of::<Zone>() + 16) * 2) as u64)?;
    }
    builder.tick()
}

/// Puts zones into those they ran in: a zone of the same thread that is not over before they are.
fn nest(mut zones: Vec<Zone>, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    zones.sort_by_key(|zone| (zone.thread, zone.start_ns, std::cmp::Reverse(zone.end_ns)));
    let (mut parents, mut below) = (vec![usize::MAX; zones.len()], vec![0_i64; zones.len()]);
    let mut open: Vec<usize> = Vec::new();
    for (row, zone) in zones.iter().enumerate() {
        let holds = |outer: &Zone| outer.thread == zone.thread && outer.end_ns >= zone.end_ns && outer.end_ns > zone.start_ns;
        while open.last().and_then(|&outer| zones.get(outer)).is_some_and(|outer| !holds(outer)) {
            open.pop();
        }
        if let Some((&outer, (parent, sum))) =
            open.last().and_then(|outer| Some((outer, (parents.get_mut(row)?, below.get_mut(*outer)?))))
        {
            *parent = outer;
            *sum = sum.saturating_add(zone.end_ns.saturating_sub(zone.start_ns));
        }
        open.push(row);
    }
    let mut span: Option<(i64, i64)> = None;
    for (row, (zone, below)) in zones.iter().zip(&below).enumerate() {
        emit(row, zone, *below, &zones, &parents, builder)?;
        let (first, last) = span.unwrap_or((zone.start_ns, zone.end_ns));
        span = Some((first.min(zone.start_ns), last.max(zone.end_ns)));
    }
    let length = span.map(|(first, last)| last.saturating_sub(first));
    builder.profile.duration_ns = length.and_then(|length| u64::try_from(length).ok()).filter(|&length| length > 0);
    Ok(())
}

fn emit(
    row: usize,
    zone: &Zone,
    below: i64,
    zones: &[Zone],
    parents: &[usize],
    builder: &mut Builder<'_>,
) -> Result<(), ProfileError> {
    let mut next = Some(row);
    while let Some(at) = next {
        zones.get(at).into_iter().for_each(|zone| builder.push(zone.frame));
        // The zone around one is an earlier row.
        next = parents.get(at).copied().filter(|&parent| parent < at);
    }
    builder.reverse();
    let stack = builder.stack()?;
    let own = zone.end_ns.saturating_sub(zone.start_ns).saturating_sub(below);
    let at = At { thread: Some(zone.thread), time_ns: Some(zone.start_ns.max(i64::MIN + 1)) };
    builder.sample(stack, &[own, 1], at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_separators() {
        let header = header(b"name,src_file,src_line,ns_since_start,exec_time_ns,thread,value").expect("header");
        assert_eq!((header.kind, header.separator.as_slice()), (Kind::Zones, &b","[..]));
        let found = cells(b"std::map<int, 5>::at,src/a.cpp,12,100,50,7,a, text", &header).expect("cells");
        assert_eq!((found.name, found.file), (&b"std::map<int, 5>::at"[..], &b"src/a.cpp"[..]));
        assert_eq!(found.numbers, [12, 100, 50, 7]);
        assert!(cells(b"a,b,1,2,3", &header).is_none());
    }
}
