//! The order of the table of changes, and what of it is listed.

use std::cmp::Ordering;

use crate::app::widgets::Sort;
use crate::profile::compare::statistics::Verdict;
use crate::profile::compare::{ChangeRow, Kind};

use super::super::Arranged;
use super::Compared;

/// What the table of changes can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// How large the change of self is, more or less: the order at first, and no column.
    Size,
    /// Name of the function.
    Name,
    /// Change of what is measured in the function itself.
    Change,
    /// What that is now.
    New,
    /// What it was before.
    Base,
    /// Change of what is measured in it and in all it calls.
    Total,
    /// Change of self in percent of what it was.
    Percent,
    /// Whether it is more than chance.
    Verdict,
}

impl Column {
    /// The columns, from the left.
    pub const ALL: [Self; 7] = [Self::Name, Self::Change, Self::New, Self::Base, Self::Total, Self::Percent, Self::Verdict];

    /// Its title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Size => "",
            Self::Name => "Function",
            Self::Change => "Self change",
            Self::New => "Now",
            Self::Base => "Before",
            Self::Total => "Total change",
            Self::Percent => "Self %",
            Self::Verdict => "Verdict",
        }
    }
}

/// The order after a click on a column: largest first, smallest first, then by size again.
pub(super) fn clicked(sort: Sort<Column>, column: Column) -> Sort<Column> {
    let first = column != Column::Name;
    match sort {
        Sort { column: now, descending } if now == column && descending == first => Sort::by(column, !first),
        Sort { column: now, .. } if now == column => Sort::by(Column::Size, true),
        _ => Sort::by(column, first),
    }
}

/// Changes that match a search, in an order.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The comparison that they belong to.
    pub serial: u64,
    /// What is searched for, for the graph of both sides.
    pub arranged: Arranged,
    /// Rows of the table of changes.
    pub rows: Vec<u32>,
}

impl Rows {
    /// Searches and sorts.
    pub fn new(compared: &Compared, query: &str, by_expression: bool, sort: Sort<Column>) -> Self {
        let order = Sort::by(super::super::Column::Own, true);
        let arranged = Arranged::new(&compared.shown.view, compared.serial, query, by_expression, order);
        let listed = compared.comparison.table.rows.iter().enumerate();
        let mut listed: Vec<(usize, &ChangeRow)> =
            listed.filter(|(_, row)| !arranged.is_search() || arranged.matches.contains(row.group)).collect();
        if sort.column != Column::Size {
            listed.sort_by(|(_, a), (_, b)| {
                let order = compare(compared, sort.column, a, b);
                if sort.descending { order.reverse() } else { order }
            });
        }
        Self { serial: compared.serial, arranged, rows: listed.into_iter().map(|(at, _)| at as u32).collect() }
    }
}

fn compare(compared: &Compared, column: Column, a: &ChangeRow, b: &ChangeRow) -> Ordering {
    let by = |key: fn(&ChangeRow) -> i64| key(a).cmp(&key(b));
    match column {
        Column::Size => Ordering::Equal,
        Column::Name => compared.comparison.name(a).cmp(compared.comparison.name(b)),
        Column::Change => by(ChangeRow::self_change),
        Column::New => by(|row| row.new.self_value),
        Column::Base => by(|row| row.base.self_value),
        Column::Total => by(ChangeRow::total_change),
        Column::Percent => percent(a).total_cmp(&percent(b)),
        Column::Verdict => by(certainty),
    }
}

/// What is new has grown more than anything that was there.
fn percent(row: &ChangeRow) -> f64 {
    row.self_percent().unwrap_or(if row.self_change() > 0 { f64::INFINITY } else { 0.0 })
}

/// The more can be said of a change, the larger.
fn certainty(row: &ChangeRow) -> i64 {
    let rank = match row.self_judged.verdict {
        Verdict::MoreThanChance => 4,
        Verdict::WithinNoise => 3,
        Verdict::TooFewSamples => 2,
        Verdict::TooFewRuns => 1,
        Verdict::NotAvailable => 0,
    };
    rank * 2 + i64::from(row.kind() != Kind::Both)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_click_sorts_by_size_again() {
        let mut sort = Sort::by(Column::Size, true);
        let mut click = |column| {
            sort = clicked(sort, column);
            (sort.column, sort.descending)
        };
        assert_eq!(click(Column::Change), (Column::Change, true));
        assert_eq!(click(Column::Change), (Column::Change, false));
        assert_eq!(click(Column::Change), (Column::Size, true));
        assert_eq!([click(Column::Name), click(Column::Name)], [(Column::Name, false), (Column::Name, true)]);
    }
}
