//! Two tables held against each other: columns, statistics, rows, cells.
//!
//! Columns belong together by their names. Rows belong together by a key, a column of which no cell is blank and no two say the same in
//! either table, or else by their order. Cells are compared twice: letter for letter, and by value (see `meaning`), so that
//! `1.50` and `1.5`, or `31.12.2024` and `2024-12-31`, are told from a change. Blank, `NA`, `-` and `0` are different values; a blank cell and
//! an empty text in quotation marks are the same value.

mod columns;
mod key;
mod meaning;
mod rows;

pub use columns::{ColumnChange, Side};
pub use rows::CellChange;

use super::column::ColumnView;
use super::table::Table;
use crate::jobs::{Cancel, Cancelled, Progress};
use key::{Index, may_be_key, partners};
use rows::{Pairs, Placed};

/// Rows of one table alone that are kept.
const KEPT_ROWS: usize = 100;
/// Columns that are tried for a key where nobody counted whether their values differ.
const MOST_TRIED: usize = 6;

/// How rows find each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// By the first column that can be a key; by their order where there is none.
    #[default]
    Best,
    /// By their order: the first against the first.
    Order,
    /// By this column; by their order where it is no key.
    Key(String),
}

/// What comparing two tables found. Of each pair of figures the first is of the first table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The column by which rows were found; `None` when by their order.
    pub key: Option<String>,
    /// Columns that could be chosen as the key.
    pub keys: Vec<String>,
    /// Rows of each table.
    pub rows: [u64; 2],
    /// Rows that stand against each other.
    pub paired: u64,
    /// Rows that only one table has.
    pub only: [u64; 2],
    /// The first of these, from 0.
    pub first_only: [Vec<u64>; 2],
    /// Rows of both of which a value differs.
    pub differing_rows: u64,
    /// Other rows of both of which only a spelling differs.
    pub respelled_rows: u64,
    /// The columns of the first table in its order, then those that only the other has.
    pub columns: Vec<ColumnChange>,
    /// The first cells of other value, in the order of the first table's rows.
    pub first: Vec<CellChange>,
    /// The first cells of equal value that are spelled in another way.
    pub first_respelled: Vec<CellChange>,
}

impl Comparison {
    /// Cells of other value in all columns.
    pub fn differing_cells(&self) -> u64 {
        self.columns.iter().map(|column| column.differing).sum()
    }

    /// Cells of equal value that are spelled in another way.
    pub fn respelled_cells(&self) -> u64 {
        self.columns.iter().map(|column| column.respelled).sum()
    }
}

/// Compares two tables on `threads` threads. Beside the tables it takes up to 48 bytes for each row with a key, and else next to nothing.
///
/// # Errors
/// When cancelled.
pub fn compare(
    tables: [&Table; 2],
    by: &By,
    threads: usize,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Comparison, Cancelled> {
    progress.phase("Comparing columns", 0);
    let mut columns = columns::columns(tables, threads, cancel)?;
    let views = tables.map(Table::views);
    let shared = shared(&columns, [&views[0], &views[1]]);
    let keys = candidates(&shared, tables, by);
    let (key, paired) = match find_key(&keys, &shared, threads, cancel, progress)? {
        Some((name, paired)) => (Some(name), paired),
        None => (None, Paired::in_order(tables.map(Table::rows))),
    };
    let found = rows::compare(&shared, &paired.pairs, threads, cancel, progress)?;
    for ((place, _), [differing, respelled]) in shared.iter().zip(&found.cells) {
        columns.get_mut(*place).into_iter().for_each(|column| (column.differing, column.respelled) = (*differing, *respelled));
    }
    Ok(Comparison {
        key,
        keys: candidates(&shared, tables, &By::Best).into_iter().map(|(name, _)| name).collect(),
        rows: tables.map(|table| table.rows() as u64),
        paired: paired.pairs.len() as u64,
        only: paired.only,
        first_only: paired.first_only,
        differing_rows: found.differing_rows,
        respelled_rows: found.respelled_rows,
        columns,
        first: found.first,
        first_respelled: found.first_respelled,
    })
}

/// The columns that both tables have.
fn shared<'a>(columns: &[ColumnChange], [a, b]: [&'a [ColumnView<'a>]; 2]) -> Vec<Placed<'a>> {
    let both = |(at, column): (usize, &ColumnChange)| {
        let [Some(one), Some(other)] = &column.sides else { return None };
        Some((at, [a.get(one.place)?, b.get(other.place)?]))
    };
    columns.iter().enumerate().filter_map(both).collect()
}

/// Names of columns that may be a key, with their places among the shared ones. A column that was chosen is the only one.
fn candidates(shared: &[Placed<'_>], tables: [&Table; 2], by: &By) -> Vec<(String, usize)> {
    let fits = |(number, (at, [a, b])): (usize, &Placed<'_>)| {
        let reports = [&tables[0].report, &tables[1].report].map(|report| &report.columns);
        let one = reports[0].get(*at)?;
        let other = reports[1].iter().find(|other| other.name == one.name)?;
        let chosen = match by {
            By::Best => true,
            By::Order => false,
            By::Key(name) => *name == one.name,
        };
        let may = may_be_key(one, a, tables[0].rows()) && may_be_key(other, b, tables[1].rows());
        (chosen && may).then(|| (one.name.clone(), number))
    };
    shared.iter().enumerate().filter_map(fits).take(MOST_TRIED).collect()
}

/// The first of the candidates that is a key, and the rows that find each other by it.
fn find_key(
    keys: &[(String, usize)],
    shared: &[Placed<'_>],
    threads: usize,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Option<(String, Paired)>, Cancelled> {
    for (name, number) in keys {
        progress.phase("Finding rows", 0);
        let Some((_, [a, b])) = shared.get(*number) else { continue };
        // Of the first table it is only to be known that no two rows say the same.
        let by = key::By::of([a, b]);
        if Index::of(a, by, threads, cancel)?.is_none() {
            continue;
        }
        if let Some(index) = Index::of(b, by, threads, cancel)? {
            let partners = partners(a, &index, threads, cancel)?;
            return Ok(Some((name.clone(), Paired::by(partners, b.len()))));
        }
    }
    Ok(None)
}

/// Rows that stand against each other, and those that stand alone.
struct Paired {
    pairs: Pairs,
    only: [u64; 2],
    first_only: [Vec<u64>; 2],
}

impl Paired {
    fn in_order([a, b]: [usize; 2]) -> Self {
        let both = a.min(b);
        let first = |rows: usize| (both..rows).take(KEPT_ROWS).map(|row| row as u64).collect();
        Self { pairs: Pairs::InOrder(both), only: [a, b].map(|rows| (rows - both) as u64), first_only: [first(a), first(b)] }
    }

    fn by(partners: Vec<Option<usize>>, rows: usize) -> Self {
        let mut found = vec![false; rows];
        for row in partners.iter().flatten() {
            found.get_mut(*row).into_iter().for_each(|found| *found = true);
        }
        let alone = |(row, partner): (usize, &Option<usize>)| partner.is_none().then_some(row as u64);
        let first = partners.iter().enumerate().filter_map(alone).take(KEPT_ROWS).collect();
        let lost = || found.iter().enumerate().filter(|(_, found)| !**found).map(|(row, _)| row as u64);
        let (in_both, all) = (partners.iter().flatten().count(), partners.len());
        let pairs = partners.into_iter().enumerate().filter_map(|(row, partner)| Some([row, partner?])).collect();
        Self {
            pairs: Pairs::Listed(pairs),
            only: [(all - in_both) as u64, lost().count() as u64],
            first_only: [first, lost().take(KEPT_ROWS).collect()],
        }
    }
}
