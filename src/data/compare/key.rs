//! The column by which rows of two tables belong together.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::meaning::Meaning;
use crate::data::column::ColumnView;
use crate::data::format::{Spelling, Style, Value};
use crate::data::numeral::Percent;
use crate::data::parallel::map_items;
use crate::data::table::ColumnReport;
use crate::jobs::{Cancel, Cancelled};

/// Rows that a thread takes at a time.
const STRIDE: usize = 16_384;

/// How the cells of a key are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By the numbers themselves: both columns are whole numbers.
    Numbers,
    /// By what the cells say.
    Meaning,
}

impl By {
    /// The quicker way that both columns allow.
    pub fn of(views: [&ColumnView<'_>; 2]) -> Self {
        let is_plain = |view: &ColumnView<'_>| {
            let percent = matches!(view.format().style, Style::Number(style) if style.percent != Percent::None);
            matches!(view.spelling(), Spelling::Int { .. }) && !percent
        };
        if views.into_iter().all(is_plain) { Self::Numbers } else { Self::Meaning }
    }

    /// A number for what stands in a row, the same for what is the same; `None` for a blank.
    fn hash(self, view: &ColumnView<'_>, row: usize) -> Option<u64> {
        match (self, view.value(row)) {
            (Self::Numbers, Some(Value::Int(number))) => Some(number as u64),
            (Self::Numbers, _) => None,
            (Self::Meaning, _) => Some(Meaning::of(view, row)).filter(|said| *said != Meaning::Blank).map(|said| hash(&said)),
        }
    }

    /// Whether two rows of the same hash say the same.
    fn same(self, one: (&ColumnView<'_>, usize), other: (&ColumnView<'_>, usize)) -> bool {
        self == Self::Numbers || Meaning::of(one.0, one.1) == Meaning::of(other.0, other.1)
    }
}

/// The rows of a column by what stands in them: 16 bytes for each row.
pub struct Index<'a> {
    view: &'a ColumnView<'a>,
    by: By,
    /// Hash and row, sorted.
    entries: Vec<(u64, usize)>,
}

impl<'a> Index<'a> {
    /// Indexes a column; `None` when a cell is blank or two say the same, so that it cannot serve as a key.
    ///
    /// # Errors
    /// When cancelled.
    pub fn of(view: &'a ColumnView<'a>, by: By, threads: usize, cancel: &Cancel) -> Result<Option<Self>, Cancelled> {
        let strides = map_items(strides(view.len()), threads, &|rows| hashes(view, by, rows, cancel));
        let mut entries = Vec::with_capacity(view.len());
        for stride in strides {
            match stride? {
                Some(hashes) => entries.extend(hashes),
                None => return Ok(None),
            }
        }
        entries.sort_unstable();
        let index = Self { view, by, entries };
        Ok((!index.has_twins()).then_some(index))
    }

    /// Whether two rows say the same. They then have the same hash and stand beside each other, or almost.
    fn has_twins(&self) -> bool {
        self.entries.chunk_by(|one, other| one.0 == other.0).filter(|run| run.len() > 1).any(|run| {
            if self.by == By::Numbers {
                return true;
            }
            let mut said = std::collections::HashSet::new();
            run.iter().any(|(_, row)| !said.insert(Meaning::of(self.view, *row)))
        })
    }

    /// The row that says what stands in a row of another column.
    pub fn find(&self, view: &ColumnView<'_>, row: usize) -> Option<usize> {
        let hash = self.by.hash(view, row)?;
        let first = self.entries.partition_point(|(other, _)| *other < hash);
        let run = self.entries.get(first..)?.iter().take_while(|(other, _)| *other == hash);
        run.map(|(_, row)| *row).find(|other| self.by.same((self.view, *other), (view, row)))
    }
}

/// For each row of `view` the row of `index` that says the same.
///
/// # Errors
/// When cancelled.
pub fn partners(
    view: &ColumnView<'_>,
    index: &Index<'_>,
    threads: usize,
    cancel: &Cancel,
) -> Result<Vec<Option<usize>>, Cancelled> {
    let find = |rows: Range<usize>| {
        cancel.check()?;
        Ok(rows.map(|row| index.find(view, row)).collect::<Vec<_>>())
    };
    let mut all = Vec::with_capacity(view.len());
    for stride in map_items(strides(view.len()), threads, &find) {
        all.extend(stride?);
    }
    Ok(all)
}

/// Whether a column may be a key, from what is known of it: whole numbers and texts of which none is blank and all differ, as far as
/// they were counted.
pub fn may_be_key(report: &ColumnReport, view: &ColumnView<'_>, rows: usize) -> bool {
    let spelled = matches!(view.spelling(), Spelling::Int { .. } | Spelling::Text);
    let kind = !matches!(view.value(0), Some(Value::Bool(_) | Value::Float(_) | Value::Float32(_)) | None);
    spelled && kind && rows > 0 && report.nulls == 0 && report.unique.is_none_or(|unique| unique == rows as u64)
}

fn strides(rows: usize) -> Vec<Range<usize>> {
    (0..rows).step_by(STRIDE).map(|start| start..(start + STRIDE).min(rows)).collect()
}

fn hashes(view: &ColumnView<'_>, by: By, rows: Range<usize>, cancel: &Cancel) -> Result<Option<Vec<(u64, usize)>>, Cancelled> {
    cancel.check()?;
    Ok(rows.map(|row| Some((by.hash(view, row)?, row))).collect())
}

fn hash(meaning: &Meaning) -> u64 {
    let mut hasher = DefaultHasher::new();
    meaning.hash(&mut hasher);
    hasher.finish()
}
