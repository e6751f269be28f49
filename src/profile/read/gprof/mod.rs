//! What `gprof` prints: the flat profile and the call graph (<https://sourceware.org/binutils/docs/gprof/Output.html>), by function or by line.
//!
//! Times are printed in hundredths of a second, so nothing here is more exact than that. A function's total is what is printed for it:
//! for one in a circle that is without what the other functions of the circle took.

mod entry;

use std::collections::HashMap;

use super::Context;
use super::decimal::scaled;
use super::head::Head;
use super::lines::Lines;
use super::source::Source;
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::{Place, ProfileError};
use crate::profile::graph::{self, Calls};
use crate::profile::model::{FunctionId, Profile, SampleType};
use entry::{Entry, FlatRow, Name};

/// Seconds are kept as nanoseconds.
const POWER: u32 = 9;

/// Whether it begins with one of the two tables.
pub(super) fn sniff(head: &Head<'_>) -> bool {
    let first = head.lines().find(|line| !line.is_empty()).unwrap_or_default();
    let starts = [&b"Flat profile:"[..], b"Call graph", b"granularity: each sample hit covers"];
    let has_table = || head.has("cumulative   self") || head.has("self  children    called") || head.has("no time accumulated");
    starts.iter().any(|start| first.starts_with(start)) && has_table()
}

/// Where in the text the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Other,
    Flat,
    Graph,
}

struct Reader<'a> {
    builder: Builder<'a>,
    calls: Calls,
    part: Part,
    entry: Entry,
    /// What is printed as self and children of each function, together.
    totals: HashMap<FunctionId, i64>,
    /// What the flat profile has, in case there is no call graph.
    flat: Vec<(Name, i64)>,
}

/// Reads the file line by line.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut builder = Builder::new("gprof", context);
    builder.sample_type("time", "nanoseconds")?;
    let (calls, entry) = (Calls::new(1), Entry::default());
    let mut reader = Reader { builder, calls, part: Part::Other, entry, totals: HashMap::new(), flat: Vec::new() };
    let (mut lines, mut number) = (Lines::new(source), 0);
    while let Some(line) = lines.next()? {
        number += 1;
        reader.builder.place = Place::Line(number);
        reader.line(&String::from_utf8_lossy(line))?;
    }
    drop(lines);
    reader.finish()
}

impl Reader<'_> {
    fn line(&mut self, line: &str) -> Result<(), ProfileError> {
        self.builder.tick()?;
        let trimmed = line.trim();
        if let Some(part) = self.heading(trimmed) {
            self.end_entry()?;
            self.part = part;
            return Ok(());
        }
        match self.part {
            Part::Flat if trimmed.is_empty() => self.part = Part::Other,
            Part::Flat => match FlatRow::parse(trimmed) {
                Some(row) => {
                    self.builder.has_room(self.flat.capacity() as u64 * 96)?;
                    self.flat.push((row.name, row.own));
                }
                None => self.builder.flaw("is no row of the flat profile and was left out"),
            },
            Part::Graph if trimmed.starts_with("-----") => self.end_entry()?,
            Part::Graph => self.entry.line(trimmed),
            Part::Other => {}
        }
        Ok(())
    }

    /// The part that a line is the head of; other lines of note are kept.
    fn heading(&mut self, line: &str) -> Option<Part> {
        if let Some(seconds) = line.strip_prefix("Each sample counts as ").and_then(|rest| rest.strip_suffix(" seconds.")) {
            self.period(seconds);
            return Some(Part::Other);
        }
        match line {
            "no time accumulated" => {
                let text = "No time was measured: the program took less than gprof's step, or was not linked with -pg.";
                let warnings = &mut self.builder.profile.warnings;
                if warnings.is_empty() {
                    warnings.push(text.into());
                }
                Some(Part::Other)
            }
            "Index by function name" => Some(Part::Other),
            _ if line.starts_with("time   seconds   seconds") => Some(Part::Flat),
            _ if line.starts_with("index % time ") => Some(Part::Graph),
            _ => None,
        }
    }

    fn period(&mut self, seconds: &str) {
        let Some(period) = scaled(seconds.as_bytes(), POWER) else { return };
        let names = (self.builder.text("time"), self.builder.text("nanoseconds"));
        if let (Ok(name), Ok(unit)) = names {
            self.builder.profile.period = Some(period);
            self.builder.profile.period_type = Some(SampleType { name, unit });
        }
    }

    /// Puts an entry of the call graph into the tables: a function, what it took, and whom it called.
    fn end_entry(&mut self) -> Result<(), ProfileError> {
        let entry = std::mem::take(&mut self.entry);
        let Some(primary) = entry.primary.filter(|primary| !primary.name.is_cycle()) else { return Ok(()) };
        let (id, function) = self.function(&primary.name)?;
        self.calls.own(function, primary.name.line, primary.name.address, &[primary.own]);
        let total = self.totals.entry(id).or_insert(0);
        *total = total.saturating_add(primary.own).saturating_add(primary.children);
        for callee in &entry.callees {
            let (_, called) = self.function(&callee.name)?;
            let edge = self.calls.edge(function, called);
            self.calls.add(edge, callee.calls, &[callee.own.saturating_add(callee.children)]);
        }
        self.builder.has_room((self.calls.memory_bytes() + self.totals.capacity() * 16) as u64)
    }

    fn function(&mut self, name: &Name) -> Result<(FunctionId, u32), ProfileError> {
        let (text, file) = (self.builder.text(&name.text)?, self.builder.text(&name.file)?);
        let id = self.builder.function(text, file, 0)?;
        Ok((id, self.calls.function(id)))
    }

    fn finish(mut self) -> Result<Profile, ProfileError> {
        self.end_entry()?;
        for (name, own) in std::mem::take(&mut self.flat) {
            let (id, function) = self.function(&name)?;
            if !self.totals.contains_key(&id) || self.totals.is_empty() {
                self.calls.own(function, name.line, name.address, &[own]);
            }
        }
        let threads = [(At::default(), std::mem::take(&mut self.calls))];
        let mut graph = graph::call_graph(&self.builder, &threads)?;
        for (id, total) in &self.totals {
            let slot = graph.total.first_mut().and_then(|column| column.get_mut(id.0 as usize));
            slot.into_iter().for_each(|slot| *slot = *total);
        }
        let [(at, calls)] = threads;
        graph::add_stacks(&mut self.builder, &calls, at, 1, |function| Spot { function, ..Spot::default() })?;
        Ok(self.builder.finish(Some(graph)))
    }
}
