//! What became of the columns as wholes: which are there, where, of what type and size, and their statistics.

use std::collections::HashMap;

use crate::data::column::ColumnView;
use crate::data::format::{Spelling, Value};
use crate::data::parallel::map_items;
use crate::data::table::Table;
use crate::jobs::{Cancel, Cancelled};

/// Letters of a text that are kept.
const MOST_LETTERS: usize = 200;

/// A column of one table, of the other, or of both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnChange {
    /// Its name, by which columns belong together.
    pub name: String,
    /// It as each table has it.
    pub sides: [Option<Side>; 2],
    /// Whether it stands in another order among those that both have.
    pub moved: bool,
    /// Cells of other value, of the rows that stand against each other.
    pub differing: u64,
    /// Cells of equal value that are spelled in another way.
    pub respelled: u64,
}

/// A column as one table has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// Its place in the table, from 0.
    pub place: usize,
    /// Its type's name as polars writes it.
    pub kind: String,
    /// Bytes of memory that it takes.
    pub bytes: u64,
    /// Rows without a value.
    pub nulls: u64,
    /// Different values, where they were counted.
    pub unique: Option<u64>,
    /// The smallest number or date, as it is spelled.
    pub least: Option<String>,
    /// The largest.
    pub most: Option<String>,
    /// The mean of numbers.
    pub mean: Option<f64>,
}

impl ColumnChange {
    /// Whether the column is not the same in all that is told of it, save for its place and its memory, which follow from the others.
    pub fn is_changed(&self) -> bool {
        let [Some(a), Some(b)] = &self.sides else { return true };
        self.moved || self.differing + self.respelled > 0 || *a != Side { place: a.place, bytes: a.bytes, ..b.clone() }
    }
}

/// All columns: those of the first table in its order, then those that only the other has.
///
/// # Errors
/// When cancelled.
pub fn columns(tables: [&Table; 2], threads: usize, cancel: &Cancel) -> Result<Vec<ColumnChange>, Cancelled> {
    let [first, other] = [sides(tables[0], threads, cancel)?, sides(tables[1], threads, cancel)?];
    let mut others: HashMap<String, Side> = other.iter().cloned().collect();
    let mut all: Vec<ColumnChange> = first
        .into_iter()
        .map(|(name, side)| ColumnChange { sides: [Some(side), others.remove(&name)], name, ..ColumnChange::default() })
        .collect();
    mark_moved(&mut all);
    let left = other.into_iter().filter(|(name, _)| others.contains_key(name));
    all.extend(left.map(|(name, side)| ColumnChange { name, sides: [None, Some(side)], ..ColumnChange::default() }));
    Ok(all)
}

/// Columns out of the longest series that stands in the same order in both tables.
fn mark_moved(columns: &mut [ColumnChange]) {
    let shared: Vec<(usize, usize)> =
        columns.iter().enumerate().filter_map(|(at, column)| column.sides[1].as_ref().map(|side| (at, side.place))).collect();
    let kept = longest_rising(&shared.iter().map(|(_, place)| *place).collect::<Vec<_>>());
    for (at, _) in shared.iter().zip(kept).filter(|(_, kept)| !kept).map(|(shared, _)| shared) {
        columns.get_mut(*at).into_iter().for_each(|column| column.moved = true);
    }
}

/// For each number whether it belongs to the longest rising series, by patience sorting.
fn longest_rising(numbers: &[usize]) -> Vec<bool> {
    // The last number of the best series of each length, and before each number the one that its series has there.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::with_capacity(numbers.len()));
    for (at, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers.get(*end).is_some_and(|other| other < number));
        before.push(length.checked_sub(1).and_then(|last| ends.get(last).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut kept = vec![false; numbers.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        kept.get_mut(at).into_iter().for_each(|kept| *kept = true);
        next = before.get(at).copied().flatten();
    }
    kept
}

fn sides(table: &Table, threads: usize, cancel: &Cancel) -> Result<Vec<(String, Side)>, Cancelled> {
    let columns: Vec<_> = table.views().into_iter().zip(&table.report.columns).enumerate().collect();
    let side = |(place, (view, report)): (usize, (ColumnView<'_>, &crate::data::ColumnReport))| {
        cancel.check()?;
        let (least, most, mean) = statistics(&view);
        let (kind, bytes) = (report.after.kind.clone(), report.after.bytes);
        let text = |row: Option<usize>| row.and_then(|row| text(&view, row));
        let (nulls, unique) = (report.nulls, report.unique);
        Ok((report.name.clone(), Side { place, kind, bytes, nulls, unique, least: text(least), most: text(most), mean }))
    };
    map_items(columns, threads, &side).into_iter().collect()
}

/// The rows of the least and the most, and the mean of a column of numbers; rows alone of one of dates.
fn statistics(view: &ColumnView<'_>) -> (Option<usize>, Option<usize>, Option<f64>) {
    let numbers = matches!(view.spelling(), Spelling::Int { .. } | Spelling::Fixed(_) | Spelling::Shortest { .. });
    if view.is_text() || matches!(view.spelling(), Spelling::Bool(_)) {
        return (None, None, None);
    }
    let (mut least, mut most): (Place, Place) = (None, None);
    let (mut ints, mut floats, mut count) = (0i128, 0f64, 0u64);
    for row in 0..view.len() {
        let Some(number) = view.value(row).and_then(Number::of) else { continue };
        if least.is_none_or(|(least, _)| number.is_below(least)) {
            least = Some((number, row));
        }
        if most.is_none_or(|(most, _)| most.is_below(number)) {
            most = Some((number, row));
        }
        match number {
            Number::Int(number) => ints += i128::from(number),
            Number::Float(number) => floats += number,
        }
        count += 1;
    }
    let mean = (numbers && count > 0).then(|| (ints as f64 + floats) / count as f64);
    (least.map(|(_, row)| row), most.map(|(_, row)| row), mean)
}

/// A value and its row.
type Place = Option<(Number, usize)>;

/// A value that has an order.
#[derive(Clone, Copy)]
enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    fn of(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(number) => Some(Self::Int(number)),
            Value::Float(number) => Some(Self::Float(number)),
            Value::Float32(number) => Some(Self::Float(crate::data::format::widen(number))),
            Value::Bool(_) | Value::Text(_) => None,
        }
    }

    /// A column has one of the two only.
    fn is_below(self, other: Self) -> bool {
        match (self, other) {
            (Self::Int(one), Self::Int(other)) => one < other,
            (Self::Float(one), Self::Float(other)) => one < other,
            _ => false,
        }
    }
}

/// A cell's text, cut where it is very long; `None` where nothing stands.
pub fn text(view: &ColumnView<'_>, row: usize) -> Option<String> {
    let mut out = Vec::new();
    if !view.write(row, &mut out) {
        return None;
    }
    let text = String::from_utf8_lossy(&out);
    let short = text.chars().take(MOST_LETTERS).collect::<String>();
    Some(if short.len() < text.len() { short + "…" } else { short })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_left_the_common_order_has_moved() {
        assert_eq!(longest_rising(&[1, 2, 3, 0]), [true, true, true, false]);
        assert_eq!(longest_rising(&[3, 0, 1, 2]), [false, true, true, true]);
        assert_eq!(longest_rising(&[5, 6, 9]), [true; 3], "others came in between");
        assert_eq!(longest_rising(&[2, 1, 0]).iter().filter(|kept| **kept).count(), 1);
        assert!(longest_rising(&[]).is_empty());
    }
}
