//! The different texts of a column, and how often each comes.

use crate::data::column::ColumnView;
use crate::data::format::Value;
use crate::data::words::hash;
use crate::jobs::Cancelled;

use super::runs::{self, Run, Work};

/// A text by its first row: texts with the same hash are compared letter for letter.
#[derive(Clone, Copy, Debug)]
struct Group {
    hash: u64,
    row: usize,
    count: u64,
}

/// Each different text and its number of rows, in no order that means something.
///
/// # Errors
/// When cancelled.
pub fn counted<'a>(view: &ColumnView<'a>, work: &Work<'_>) -> Result<Vec<(&'a [u8], u64)>, Cancelled> {
    if let Some(words) = view.words() {
        let runs = runs::sorted(view.len(), work, &|row| view.word(row).map(|word| word as i64))?;
        let text = |(word, count): Run| Some((words.get(usize::try_from(word).ok()?)?.as_bytes(), count));
        return Ok(runs.into_iter().filter_map(text).collect());
    }
    let parts = work.pieces(view.len(), &|range| {
        let hashed = |row: usize| text_of(view, row).map(|text| (hash(text), row));
        let mut rows: Vec<(u64, usize)> = range.filter_map(hashed).collect();
        rows.sort_unstable();
        grouped(rows.into_iter().map(|(hash, row)| Group { hash, row, count: 1 }), view)
    })?;
    let groups = work.joined(parts, &|first, second| merged(first, second, view))?;
    Ok(groups.into_iter().filter_map(|group| Some((text_of(view, group.row)?, group.count))).collect())
}

#[inline]
fn text_of<'a>(view: &ColumnView<'a>, row: usize) -> Option<&'a [u8]> {
    match view.value(row) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// Groups in the order of their hashes, those of equal text as one.
fn grouped(sorted: impl Iterator<Item = Group>, view: &ColumnView<'_>) -> Vec<Group> {
    let (mut all, mut start): (Vec<Group>, usize) = (Vec::new(), 0);
    for group in sorted {
        if all.last().is_none_or(|last| last.hash != group.hash) {
            start = all.len();
        }
        let same = |other: &&mut Group| text_of(view, other.row) == text_of(view, group.row);
        match all.get_mut(start..).unwrap_or_default().iter_mut().find(same) {
            Some(found) => found.count += group.count,
            None => all.push(group),
        }
    }
    all
}

fn merged(first: Vec<Group>, second: Vec<Group>, view: &ColumnView<'_>) -> Vec<Group> {
    let (mut first, mut second) = (first.into_iter().peekable(), second.into_iter().peekable());
    let next = std::iter::from_fn(|| match (first.peek(), second.peek()) {
        (Some(a), Some(b)) if b.hash < a.hash => second.next(),
        (Some(_), _) => first.next(),
        (None, _) => second.next(),
    });
    grouped(next, view)
}

/// How many rows have a text of each length, in characters; shortest first.
pub fn lengths(counted: &[(&[u8], u64)]) -> Vec<Run> {
    let mut lengths = std::collections::BTreeMap::new();
    for (text, count) in counted {
        // The bytes that begin a character.
        let length = text.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as i64;
        *lengths.entry(length).or_insert(0) += count;
    }
    lengths.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use polars::prelude::{NamedFrom, Series};

    use super::*;
    use crate::data::Format;
    use crate::jobs::{Cancel, Progress};

    #[test]
    fn texts_of_equal_hash_stay_apart_and_equal_texts_come_together() {
        let series = Series::new("x".into(), ["b", "a", "b", "c"]);
        let view = ColumnView::new(&series, Format::default()).expect("text");
        let group = |row| Group { hash: 7, row, count: 1 };
        let both = merged(vec![group(0), group(1)], vec![group(2), group(3)], &view);
        let found: Vec<_> = both.iter().map(|group| (text_of(&view, group.row), group.count)).collect();
        assert_eq!(found, [(Some(&b"b"[..]), 2), (Some(b"a"), 1), (Some(b"c"), 1)]);
    }

    #[test]
    fn every_row_is_counted_once() {
        let texts: Vec<Option<String>> = (0..200_000u64).map(|n| (n % 5 != 0).then(|| format!("text {}", n % 30_000))).collect();
        let series = Series::new("x".into(), &texts);
        let view = ColumnView::new(&series, Format::default()).expect("text");
        let (cancel, progress) = (Cancel::new(), Progress::new());
        let mut found = counted(&view, &Work { threads: 2, cancel: &cancel, progress: &progress }).expect("not cancelled");
        found.sort_unstable();
        let mut expected = std::collections::BTreeMap::new();
        texts.iter().flatten().for_each(|text| *expected.entry(text.as_bytes()).or_insert(0u64) += 1);
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn lengths_are_of_characters() {
        let counted = [(&b"ab"[..], 3), ("日本".as_bytes(), 2), (b"", 1)];
        assert_eq!(lengths(&counted), [(0, 1), (2, 5)]);
    }
}
