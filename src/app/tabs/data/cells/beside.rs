//! The text of the file beside what is kept of it, for the rows in sight: read in blocks by a job, the latest request first, and kept.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::app::Tools;
use crate::app::tabs::data::model::Shown;
use crate::data::read::SourceRows;
use crate::data::{ColumnView, Table};
use crate::jobs::{Failure, JobId, Priority, Slot, SlotState};
use crate::operations::{SourceFile, read_again, source_rows, table_limits};

/// Rows of a block.
pub const BLOCK: usize = 256;
/// Blocks kept; with more, the ones furthest away are dropped.
const MOST_BLOCKS: usize = 64;
/// Bytes of a cell that are kept; no cell is wide enough for more.
const CELL_BYTES: usize = 600;

/// The file's text, as far as it was asked for.
#[derive(Debug, Default)]
pub struct Beside {
    on: bool,
    blocks: BTreeMap<usize, Vec<Side>>,
    columns: usize,
    /// Rows of the pieces of the file, as far as they are known.
    pieces: Vec<usize>,
    slot: Slot<Loaded>,
    /// The blocks that are being read.
    asked: Range<usize>,
    job: Option<JobId>,
}

/// A cell in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Its text, cut where no cell is wide enough for it; none where the file has none.
    pub text: Option<String>,
    /// What is kept would be written with other letters.
    pub differs: bool,
}

/// Blocks that were read.
#[derive(Debug)]
struct Loaded {
    first: usize,
    blocks: Vec<Vec<Side>>,
    pieces: Vec<usize>,
}

impl Beside {
    /// Whether it is shown.
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// Shows it or not.
    pub fn switch(&mut self, on: bool) {
        self.on = on;
        self.forget();
    }

    /// Forgets what was read: another table came, or the file may be another one now.
    pub fn forget(&mut self) {
        (self.blocks, self.pieces) = (BTreeMap::new(), Vec::new());
        self.slot.clear();
        (self.asked, self.job) = (0..0, None);
    }

    /// The file's text of a cell, when it was read.
    pub fn side(&self, row: usize, column: usize) -> Option<&Side> {
        let block = self.blocks.get(&(row / BLOCK)).filter(|_| column < self.columns)?;
        block.get(row % BLOCK * self.columns + column)
    }

    /// The blocks of these rows that are neither there nor on their way.
    pub fn lacking(&self, rows: &Range<usize>) -> Option<Range<usize>> {
        if !self.on || rows.is_empty() || self.failure().is_some() {
            return None;
        }
        let wanted = rows.start / BLOCK..(rows.end - 1) / BLOCK + 1;
        let first = wanted.clone().find(|block| !self.blocks.contains_key(block))?;
        let coming = self.slot.is_pending() && self.asked.contains(&first);
        (!coming).then_some(first..wanted.end)
    }

    /// The job that reads.
    pub fn job(&self) -> Option<JobId> {
        self.job
    }

    /// Why the file could not be read.
    pub fn failure(&self) -> Option<&Failure> {
        match self.slot.state() {
            SlotState::Failed { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// Reads these blocks; what was being read is given up.
    pub fn ask(&mut self, blocks: Range<usize>, shown: &Arc<Shown>, tools: &Tools) {
        let (path, stamp, limits) = (shown.path.clone(), shown.stamp, table_limits(tools.settings));
        let (table, pieces, first) = (Arc::clone(&shown.table), self.pieces.clone(), blocks.start);
        let rows = blocks.start * BLOCK..(blocks.end * BLOCK).min(table.rows());
        let ticket = tools.submit("Reading the file beside the table", Priority::High, move |cancel, progress| {
            let read = read_again(&table.report);
            let file = SourceFile { path: &path, read: &read, limits: &limits, stamp };
            let found = source_rows(file, rows, &pieces, cancel, progress)?;
            Ok(Loaded { first, blocks: compared(&table, &found), pieces: found.pieces })
        });
        self.columns = shown.report().columns.len();
        (self.asked, self.job) = (blocks, Some(ticket.id()));
        self.slot.start(ticket);
    }

    /// Takes in what was read. Says whether there was something.
    pub fn take_news(&mut self) -> bool {
        if !self.slot.poll() {
            return false;
        }
        self.job = None;
        if let SlotState::Ready(loaded) = self.slot.state() {
            let read = loaded.blocks.iter().cloned().enumerate().map(|(at, block)| (loaded.first + at, block));
            self.blocks.extend(read);
            // A block without rows is not asked for again.
            for block in self.asked.clone() {
                self.blocks.entry(block).or_default();
            }
            if loaded.pieces.len() > self.pieces.len() {
                self.pieces.clone_from(&loaded.pieces);
            }
            let near = loaded.first;
            while self.blocks.len() > MOST_BLOCKS {
                let furthest = self.blocks.keys().copied().max_by_key(|block| block.abs_diff(near));
                furthest.into_iter().for_each(|block| drop(self.blocks.remove(&block)));
            }
        }
        true
    }
}

/// Every cell that was read against what the table has in its place, in blocks.
fn compared(table: &Table, found: &SourceRows) -> Vec<Vec<Side>> {
    let place = |name: &String| found.columns.iter().position(|column| column == name);
    let views: Vec<(ColumnView<'_>, Option<usize>)> =
        table.views().into_iter().zip(&table.report.columns).map(|(view, report)| (view, place(&report.name))).collect();
    let mut text = Vec::new();
    let sides = found.rows.iter().enumerate().flat_map(|(at, cells)| {
        let row = found.first + at;
        views.iter().map(move |(view, place)| (row, view, place.and_then(|place| cells.get(place)).and_then(Option::as_ref)))
    });
    let sides: Vec<Side> = sides.map(|(row, view, source)| side(view, row, source, &mut text)).collect();
    sides.chunks((BLOCK * views.len()).max(1)).map(<[Side]>::to_vec).collect()
}

fn side(view: &ColumnView<'_>, row: usize, source: Option<&String>, text: &mut Vec<u8>) -> Side {
    text.clear();
    let there = view.write(row, text);
    let differs = there != source.is_some() || source.is_some_and(|source| source.as_bytes() != text.as_slice());
    let cut = |source: &String| source.char_indices().take_while(|(at, _)| *at < CELL_BYTES).map(|(_, letter)| letter).collect();
    Side { text: source.map(cut), differs }
}
