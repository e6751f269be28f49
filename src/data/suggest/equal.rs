//! Columns that hold the same in every row.
//!
//! Columns whose sampled cells agree are hashed, each once and in pieces on all cores; those of one hash are then compared cell
//! by cell, each once with the first of them.

use std::collections::HashMap;
use std::ops::Range;

use super::subject::Subject;
use super::{Suggestion, SuggestionKind, equal_values, names};
use crate::data::column::ColumnView;
use crate::data::format::Value;
use crate::data::parallel::map_items;
use crate::data::prints;
use crate::data::words::{fold, hash};
use crate::jobs::{Cancel, Cancelled};

/// Rows of the sample that tells most columns apart.
const SAMPLE: usize = 128;
/// Rows that are hashed or compared at a time.
const PIECE: usize = 1 << 16;

/// One suggestion for each group of equal columns. `subjects` are those worth comparing.
///
/// # Errors
/// When cancelled.
pub fn equal(subjects: &[&Subject<'_>], threads: usize, cancel: &Cancel) -> Result<Vec<Suggestion>, Cancelled> {
    // Columns of equal texts have equal values of one type, unless other steps are on for them.
    let steps = |subject: &Subject<'_>| subject.rules.rules.steps;
    let alike_steps = subjects.windows(2).all(|pair| matches!(pair, [a, b] if steps(a) == steps(b)));
    let alike = groups(subjects.iter().map(|subject| (sample(subject), *subject)));
    let candidates: Vec<&Subject<'_>> = alike.into_iter().flatten().collect();
    let pieces = candidates.iter().flat_map(|subject| pieces(subject.rows()).map(|rows| (*subject, rows))).collect();
    let prints = map_items(pieces, threads, &|(subject, rows): (&Subject<'_>, Range<usize>)| {
        cancel.check()?;
        let print = if alike_steps { of_values(&subject.view, rows) } else { prints::of_stored(&subject.view, rows).to_vec() };
        Ok((subject.name, print))
    });
    let mut of_column: HashMap<&str, Vec<Vec<u8>>> = HashMap::new();
    for print in prints {
        let (name, print) = print?;
        of_column.entry(name).or_default().push(print);
    }
    let mut found = Vec::new();
    for group in groups(candidates.into_iter().map(|subject| (of_column.remove(subject.name), subject))) {
        found.extend(compared(&group, threads, cancel)?);
    }
    Ok(found)
}

/// Those of equal keys, in order, where there are several.
fn groups<'s, 'a, K: Eq + std::hash::Hash>(keyed: impl Iterator<Item = (K, &'s Subject<'a>)>) -> Vec<Vec<&'s Subject<'a>>> {
    let mut places: HashMap<K, usize> = HashMap::new();
    let mut groups: Vec<Vec<&Subject<'_>>> = Vec::new();
    for (key, subject) in keyed {
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(subject),
            None => groups.push(vec![subject]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

fn pieces(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows).step_by(PIECE).map(move |start| start..(start + PIECE).min(rows))
}

/// The texts of some rows, and of the first and the last row with a value: columns that are mostly blank differ there.
fn sample(subject: &Subject<'_>) -> Vec<(usize, bool, Vec<u8>)> {
    let view = &subject.view;
    let step = (view.len() / SAMPLE).max(1);
    let filled = |row: &usize| view.value(*row).is_some();
    let ends = [(0..view.len()).find(filled), (0..view.len()).rev().find(filled)];
    let rows = (0..view.len()).step_by(step).chain(ends.into_iter().flatten());
    rows.map(|row| {
        let mut text = Vec::new();
        let present = view.write(row, &mut text);
        (row, present, text)
    })
    .collect()
}

/// The suggestion for the first of a group and those that are equal to it.
fn compared(group: &[&Subject<'_>], threads: usize, cancel: &Cancel) -> Result<Option<Suggestion>, Cancelled> {
    let Some((first, others)) = group.split_first() else { return Ok(None) };
    let pieces = others.iter().flat_map(|other| pieces(other.rows()).map(|rows| (*other, rows))).collect();
    let same = map_items(pieces, threads, &|(other, rows): (&Subject<'_>, Range<usize>)| {
        cancel.check()?;
        Ok((other.name, same(&first.view, &other.view, rows)))
    });
    let mut differing = std::collections::HashSet::new();
    for piece in same {
        let (name, same) = piece?;
        if !same {
            differing.insert(name);
        }
    }
    let equal: Vec<&Subject<'_>> = others.iter().copied().filter(|other| !differing.contains(other.name)).collect();
    Ok((!equal.is_empty()).then(|| suggestion(first, &equal)))
}

/// A hash of the stored values: made several times faster than one of their texts, and what it puts together is compared after.
fn of_values(view: &ColumnView<'_>, rows: Range<usize>) -> Vec<u8> {
    let value = |row| match view.value(row) {
        None => 0x9E37_79B9_7F4A_7C15,
        Some(Value::Int(value)) => value as u64,
        Some(Value::Float(value)) => value.to_bits(),
        Some(Value::Float32(value)) => u64::from(value.to_bits()),
        Some(Value::Bool(value)) => u64::from(value),
        Some(Value::Text(text)) => hash(text),
    };
    rows.fold(1, |state: u64, row| fold(state.rotate_left(5) ^ value(row))).to_le_bytes().to_vec()
}

/// Whether two columns have the same cells in these rows.
fn same(a: &ColumnView<'_>, b: &ColumnView<'_>, mut rows: Range<usize>) -> bool {
    let (mut one, mut other) = (Vec::new(), Vec::new());
    let spelled_alike = a.format() == b.format();
    rows.all(|row| {
        match (a.value(row), b.value(row)) {
            (None, None) if spelled_alike => return true,
            (Some(a), Some(b)) if spelled_alike && equal_values(a, b) => return true,
            _ => {}
        }
        one.clear();
        other.clear();
        a.write(row, &mut one) == b.write(row, &mut other) && one == other
    })
}

fn suggestion(first: &Subject<'_>, equal: &[&Subject<'_>]) -> Suggestion {
    let columns: Vec<String> = std::iter::once(&first).chain(equal).map(|subject| subject.name.to_owned()).collect();
    Suggestion {
        kind: SuggestionKind::Equal,
        text: format!("{} hold the same in every row. One of them is enough.", names(&columns)),
        columns,
        row: None,
        count: first.rows() as u64,
        saved_bytes: equal.iter().map(|subject| subject.stored.bytes).sum(),
        becomes: None,
    }
}
