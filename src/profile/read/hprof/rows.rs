//! The tables: samples, times and allocation sites.

use super::traces::Traces;
use crate::profile::build::{At, Builder};
use crate::profile::error::{Place, ProfileError};
use crate::profile::read::decimal;

/// A table of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    None,
    /// `CPU SAMPLES`
    Samples,
    /// `CPU TIME (ms)`
    Times,
    /// `SITES`
    Sites,
    /// Something that is not read.
    Other,
}

/// How tables begin.
const BEGINS: [(&str, Section); 5] = [
    ("CPU SAMPLES BEGIN", Section::Samples),
    ("CPU TIME (ms) BEGIN", Section::Times),
    ("SITES BEGIN", Section::Sites),
    ("HEAP DUMP BEGIN", Section::Other),
    ("MONITOR ", Section::Other),
];

/// Names and units of the sample types that a table fills.
type SampleTypes = &'static [(&'static str, &'static str)];

/// A line of a table.
#[derive(Clone, Debug)]
struct Row {
    section: Section,
    trace: i64,
    /// What the line names: a method, or a class of objects.
    name: String,
    values: [i64; 4],
}

/// All lines of all tables. A table that is written once more, as at each signal to the program, takes the place of the one before.
#[derive(Debug, Default)]
pub(super) struct Rows {
    samples: Vec<Row>,
    times: Vec<Row>,
    sites: Vec<Row>,
    /// Milliseconds of the whole `CPU TIME` table.
    total_ms: i64,
}

impl Rows {
    /// The table that a line begins.
    pub(super) fn begin(&mut self, line: &str) -> Option<Section> {
        let found = BEGINS.iter().find(|(begin, _)| line.starts_with(begin) && line.contains(" BEGIN"));
        let &(_, section) = found?;
        self.of(section).into_iter().for_each(Vec::clear);
        if section == Section::Times {
            let total = line.split("total = ").nth(1).unwrap_or_default();
            self.total_ms = whole(total.split(|letter: char| !letter.is_ascii_digit()).next().unwrap_or_default()).unwrap_or(0);
        }
        Some(section)
    }

    pub(super) fn line(&mut self, section: Section, line: &str, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let words: Vec<&str> = line.split_whitespace().collect();
        // The names of the columns, and blank lines.
        let is_row = words.first().is_some_and(|rank| rank.bytes().all(|byte| byte.is_ascii_digit()));
        if section == Section::Other || !is_row {
            return Ok(());
        }
        match self.row(section, &words) {
            Some(row) => {
                if let Some(rows) = self.of(section) {
                    rows.push(row);
                }
            }
            None => builder.flaw("is no line of its table and was left out"),
        }
        builder.has_room((self.samples.len() + self.times.len() + self.sites.len()) as u64 * 192)
    }

    fn of(&mut self, section: Section) -> Option<&mut Vec<Row>> {
        match section {
            Section::Samples => Some(&mut self.samples),
            Section::Times => Some(&mut self.times),
            Section::Sites => Some(&mut self.sites),
            Section::None | Section::Other => None,
        }
    }

    /// Rank, part, sum of parts, count and trace, then the method; of a site bytes and objects before the trace, then the class.
    fn row(&self, section: Section, words: &[&str]) -> Option<Row> {
        let number = |column: usize| whole(words.get(column)?);
        let name = |column: usize| Some(words.get(column..)?.join(" "));
        Some(match section {
            Section::Samples => Row { section, trace: number(4)?, name: name(5)?, values: [number(3)?, 0, 0, 0] },
            Section::Times => {
                let hundredths = decimal::scaled(words.get(1)?.trim_end_matches('%').as_bytes(), 2)?;
                // Hundredths of a percent of milliseconds are hundreds of nanoseconds.
                let time = i64::try_from(i128::from(hundredths) * i128::from(self.total_ms)).ok()?.checked_mul(100)?;
                Row { section, trace: number(4)?, name: name(5)?, values: [time, number(3)?, 0, 0] }
            }
            _ => {
                let values = [number(3)?, number(4)?, number(5)?, number(6)?];
                Row { section, trace: number(7)?, name: name(8)?, values }
            }
        })
    }

    /// Adds a sample for each line.
    pub(super) fn fill(&self, traces: &Traces, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        builder.place = Place::File;
        let tables: [(&[Row], SampleTypes); 3] = [
            (&self.samples, &[("samples", "count")]),
            (&self.times, &[("time", "nanoseconds"), ("calls", "count")]),
            (
                &self.sites,
                &[("inuse_space", "bytes"), ("inuse_objects", "count"), ("alloc_space", "bytes"), ("alloc_objects", "count")],
            ),
        ];
        let mut begins = Vec::new();
        for (rows, types) in tables.into_iter().filter(|(rows, _)| !rows.is_empty()) {
            begins.push((rows, builder.profile.sample_types.len()));
            types.iter().try_for_each(|(name, unit)| builder.sample_type(name, unit).map(drop))?;
        }
        if begins.is_empty() {
            builder.sample_type("samples", "count")?;
        }
        for (rows, begin) in begins {
            rows.iter().try_for_each(|row| sample(row, begin, traces, builder))?;
        }
        Ok(())
    }
}

fn sample(row: &Row, begin: usize, traces: &Traces, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    let trace = traces.get(row.trace);
    let frames = trace.map_or(&[][..], |trace| trace.frames.as_slice());
    // The class of the objects stands where the method that made them ends, as other profilers of allocations show it.
    if row.section == Section::Sites || frames.is_empty() {
        let named = builder.named(row.name.as_bytes())?;
        builder.push(named);
    }
    frames.iter().for_each(|&frame| builder.push(frame));
    builder.reverse();
    let stack = builder.stack()?;
    let mut values = vec![0; begin];
    values.extend(row.values);
    values.truncate(builder.profile.sample_types.len());
    builder.sample(stack, &values, At { thread: trace.and_then(|trace| trace.thread), time_ns: None })
}

fn whole(text: &str) -> Option<i64> {
    decimal::scaled(text.as_bytes(), 0)
}
