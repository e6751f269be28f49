//! The cells of rows that stand against each other.

use std::ops::Range;

use super::columns::text;
use super::meaning::{Likeness, Pair};
use crate::data::column::ColumnView;
use crate::data::parallel::map_items;
use crate::jobs::{Cancel, Cancelled, Progress};

/// Pairs of rows that a thread takes at a time.
const STRIDE: usize = 16_384;
/// Differing cells that are kept with both texts.
const KEPT: usize = 500;

/// Which rows stand against each other.
#[derive(Clone, Debug)]
pub enum Pairs {
    /// So many from the start, in order.
    InOrder(usize),
    /// These, in the order of the first table.
    Listed(Vec<[usize; 2]>),
}

impl Pairs {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::InOrder(rows) => *rows,
            Self::Listed(pairs) => pairs.len(),
        }
    }

    fn get(&self, at: usize) -> Option<[usize; 2]> {
        match self {
            Self::InOrder(rows) => (at < *rows).then_some([at, at]),
            Self::Listed(pairs) => pairs.get(at).copied(),
        }
    }
}

/// A cell that is not the same in both tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellChange {
    /// Its row in each table, from 0.
    pub rows: [u64; 2],
    /// Its column's place in the list of columns.
    pub column: usize,
    /// What stands there in each table, very long texts cut; `None` for a blank.
    pub texts: [Option<String>; 2],
}

/// What was found in some rows.
#[derive(Debug, Default)]
pub struct Found {
    /// Rows of which a value differs.
    pub differing_rows: u64,
    /// Other rows of which a spelling differs.
    pub respelled_rows: u64,
    /// Cells that differ, and that are spelled in another way, of each pair of columns.
    pub cells: Vec<[u64; 2]>,
    /// The first cells that differ, in the order of rows.
    pub first: Vec<CellChange>,
    /// The first that are only spelled in another way.
    pub first_respelled: Vec<CellChange>,
}

/// A pair of columns with its place in the list of columns.
pub type Placed<'a> = (usize, [&'a ColumnView<'a>; 2]);

/// Compares all cells of these columns in these rows.
///
/// # Errors
/// When cancelled.
pub fn compare(
    columns: &[Placed<'_>],
    pairs: &Pairs,
    threads: usize,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Found, Cancelled> {
    progress.phase("Comparing", pairs.len() as u64);
    let mut all = Found { cells: vec![[0; 2]; columns.len()], ..Found::default() };
    let strides: Vec<Range<usize>> =
        (0..pairs.len()).step_by(STRIDE).map(|start| start..(start + STRIDE).min(pairs.len())).collect();
    // A few at a time, so that what they found does not pile up.
    for some in strides.chunks(threads.max(1) * 4) {
        let found = map_items(some.to_vec(), threads, &|range: Range<usize>| {
            let rows = range.len() as u64;
            let found = stride(columns, pairs, range, cancel);
            progress.add(rows);
            found
        });
        for found in found {
            all.add(found?);
        }
    }
    Ok(all)
}

impl Found {
    fn add(&mut self, other: Self) {
        self.differing_rows += other.differing_rows;
        self.respelled_rows += other.respelled_rows;
        for (all, some) in self.cells.iter_mut().zip(other.cells) {
            *all = [all[0] + some[0], all[1] + some[1]];
        }
        fill(&mut self.first, other.first);
        fill(&mut self.first_respelled, other.first_respelled);
    }
}

fn fill(list: &mut Vec<CellChange>, more: Vec<CellChange>) {
    let room = KEPT.saturating_sub(list.len());
    list.extend(more.into_iter().take(room));
}

/// The places of differing cells: pair of rows, pair of columns.
type Cells = Vec<(usize, usize)>;

fn stride(columns: &[Placed<'_>], pairs: &Pairs, range: Range<usize>, cancel: &Cancel) -> Result<Found, Cancelled> {
    let mut rows = vec![Likeness::Same; range.len()];
    let (mut found, mut texts) = (Found::default(), [Vec::new(), Vec::new()]);
    let mut first: [Cells; 2] = [Vec::new(), Vec::new()];
    for (number, (_, views)) in columns.iter().enumerate() {
        cancel.check()?;
        let (pair, mut counts) = (Pair::new(*views), [0u64; 2]);
        for (at, row) in range.clone().zip(rows.iter_mut()) {
            let Some(both) = pairs.get(at) else { continue };
            let kind = match pair.compare(both, &mut texts) {
                Likeness::Same => continue,
                Likeness::Differs => 0,
                Likeness::Respelled => 1,
            };
            *row = if kind == 0 || *row == Likeness::Differs { Likeness::Differs } else { Likeness::Respelled };
            if let (Some(count), Some(first)) = (counts.get_mut(kind), first.get_mut(kind)) {
                *count += 1;
                if *count <= KEPT as u64 {
                    first.push((at, number));
                }
            }
        }
        found.cells.push(counts);
    }
    found.differing_rows = rows.iter().filter(|row| **row == Likeness::Differs).count() as u64;
    found.respelled_rows = rows.iter().filter(|row| **row == Likeness::Respelled).count() as u64;
    let [differing, respelled] = first.map(|cells| kept(cells, columns, pairs));
    (found.first, found.first_respelled) = (differing, respelled);
    Ok(found)
}

/// The first of these cells with their texts.
fn kept(mut cells: Cells, columns: &[Placed<'_>], pairs: &Pairs) -> Vec<CellChange> {
    cells.sort_unstable();
    cells.truncate(KEPT);
    let change = |(at, number): (usize, usize)| {
        let ([x, y], (column, [a, b])) = (pairs.get(at)?, columns.get(number)?);
        Some(CellChange { rows: [x as u64, y as u64], column: *column, texts: [text(a, x), text(b, y)] })
    };
    cells.into_iter().filter_map(change).collect()
}
