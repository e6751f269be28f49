//! Finding text in the cells of a table, as they stand in the source.

use std::ops::Range;

use memchr::memchr2_iter;

use super::column::ColumnView;
use super::format::{Format, Spelling, Style};
use super::parallel::map_items;
use super::table::Table;
use crate::jobs::{Cancel, Cancelled, Progress};

/// Rows looked at before it is asked whether to stop.
const PIECE: usize = 1 << 16;
/// All bytes, in small letters, that numbers and dates without a style are written with.
const OF_NUMBERS: &[u8] = b"0123456789-+.:etz ";

/// What is looked for in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    /// In small letters, unless the whole cell is compared.
    text: String,
    whole: bool,
}

impl Needle {
    /// A part of a cell, in capital or small letters, or (`whole`) all of it, letter for letter. None for an empty part, which
    /// every cell has.
    pub fn new(text: &str, whole: bool) -> Option<Self> {
        let text = if whole { text.to_owned() } else { text.to_lowercase() };
        (whole || !text.is_empty()).then_some(Self { text, whole })
    }

    /// Whether a cell's text has it.
    pub fn is_in(&self, cell: &[u8]) -> bool {
        match () {
            () if self.whole => cell == self.text.as_bytes(),
            () if self.text.is_ascii() => has_ascii(cell, self.text.as_bytes()),
            // A text without other letters cannot have one.
            () => !cell.is_ascii() && String::from_utf8_lossy(cell).to_lowercase().contains(&self.text),
        }
    }
}

fn has_ascii(cell: &[u8], part: &[u8]) -> bool {
    let (Some(&first), Some(room)) = (part.first(), cell.len().checked_sub(part.len())) else { return part.is_empty() };
    let starts = cell.get(..=room).unwrap_or_default();
    let is_here = |at: usize| cell.get(at..at + part.len()).is_some_and(|here| here.eq_ignore_ascii_case(part));
    memchr2_iter(first, first.to_ascii_uppercase(), starts).any(is_here)
}

/// The rows, the first being 0, in which a cell of `column` (or of any column) has the text; in order. Works on up to `threads`
/// threads and counts rows as progress. Categories are looked through once each, not row by row.
///
/// # Errors
/// When cancelled.
pub fn find(
    table: &Table,
    needle: &Needle,
    column: Option<usize>,
    threads: usize,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Vec<u32>, Cancelled> {
    let (rows, views) = (table.rows(), table.views());
    progress.phase("Searching", rows as u64);
    let chosen = views.iter().enumerate().filter(|(at, _)| column.is_none_or(|column| column == *at));
    let sieves: Vec<Sieve<'_>> = chosen.map(|(_, view)| Sieve::of(view, needle)).collect();
    let pieces: Vec<Range<usize>> = (0..rows).step_by(PIECE).map(|start| start..rows.min(start + PIECE)).collect();
    let found = map_items(pieces, threads, &|piece: Range<usize>| {
        let mut hits = vec![false; piece.len()];
        for sieve in &sieves {
            cancel.check()?;
            sieve.mark(piece.start, &mut hits, needle);
        }
        progress.add(piece.len() as u64);
        let marked = hits.iter().zip(piece).filter(|(hit, _)| **hit);
        Ok(marked.filter_map(|(_, row)| u32::try_from(row).ok()).collect::<Vec<u32>>())
    });
    let found: Result<Vec<Vec<u32>>, Cancelled> = found.into_iter().collect();
    Ok(found?.concat())
}

/// How a column is searched.
enum Sieve<'a> {
    /// No cell can have it.
    Never,
    /// By the numbers of the categories that have it.
    Words(&'a ColumnView<'a>, Vec<bool>, bool),
    /// Cell by cell.
    Each(&'a ColumnView<'a>),
    /// Only what stands where there is no value has it.
    Nulls(&'a ColumnView<'a>),
}

impl<'a> Sieve<'a> {
    fn of(view: &'a ColumnView<'a>, needle: &Needle) -> Self {
        let mut blank = Vec::new();
        let null = view.format().write(&mut blank, None) && needle.is_in(&blank);
        match view.words() {
            Some(words) => Self::Words(view, words.values_iter().map(|word| needle.is_in(word.as_bytes())).collect(), null),
            None if view.is_text() || can_have(view.format(), needle) => Self::Each(view),
            None if null => Self::Nulls(view),
            None => Self::Never,
        }
    }

    /// Marks the rows from `start` on that have it.
    fn mark(&self, start: usize, hits: &mut [bool], needle: &Needle) {
        let mut text = Vec::new();
        let open = hits.iter_mut().enumerate().filter(|(_, hit)| !**hit);
        match self {
            Self::Never => {}
            Self::Words(view, has, null) => {
                open.for_each(|(at, hit)| *hit = view.word(start + at).map_or(*null, |word| has.get(word) == Some(&true)));
            }
            Self::Nulls(view) => open.for_each(|(at, hit)| *hit = view.value(start + at).is_none()),
            Self::Each(view) => open.for_each(|(at, hit)| {
                text.clear();
                *hit = view.write(start + at, &mut text) && needle.is_in(&text);
            }),
        }
    }
}

/// Whether numbers or dates of this format are written with the letters of the text.
fn can_have(format: &Format, needle: &Needle) -> bool {
    let styled = format.style != Style::Plain || matches!(format.spelling, Spelling::Bool(_) | Spelling::Text);
    styled || needle.text.to_ascii_lowercase().bytes().all(|byte| OF_NUMBERS.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::table_of;

    fn rows(table: &Table, text: &str, whole: bool, column: Option<usize>) -> Vec<u32> {
        let needle = Needle::new(text, whole).expect("something to look for");
        find(table, &needle, column, 2, &Cancel::new(), &Progress::new()).expect("not cancelled")
    }

    #[test]
    fn letters_are_found_in_either_case() {
        let has = |cell: &str, part: &str| Needle::new(part, false).expect("a part").is_in(cell.as_bytes());
        assert!(has("Road works", "road") && has("Road works", "D W") && has("STRASSE", "rasse") && has("ÜBER", "über"));
        assert!(!has("Road", "roads") && !has("", "a") && !has("uber", "über") && !has("aab", "abb"));
        assert_eq!(Needle::new("", false), None);
        assert!(Needle::new("", true).expect("whole").is_in(b"") && !Needle::new("a", true).expect("whole").is_in(b"A"));
    }

    #[test]
    fn every_kind_of_column_is_searched_by_its_text() {
        let table = table_of(concat!(
            "id,amount,day,word,note,flag,gap\n",
            "1,10.50,2024-01-31,Road,first,Y,5\n",
            "2,7.25,2024-02-01,Canal,second ROAD,N,NA\n",
            "31,3.00,2024-02-29,Road,third,Y,6\n",
            "4,0.31,2024-03-01,Canal,,Y,7\n",
        ));
        assert_eq!(rows(&table, "road", false, None), [0, 1, 2]);
        assert_eq!(rows(&table, "road", false, Some(4)), [1]);
        assert_eq!(rows(&table, "31", false, None), [0, 2, 3]);
        assert_eq!(rows(&table, "3.00", false, None), [2]);
        assert_eq!(rows(&table, "-02-", false, None), [1, 2]);
        assert_eq!(rows(&table, "na", false, None), [1, 3], "what stands for no value, and a part of Canal");
        assert_eq!(rows(&table, "NA", true, Some(6)), [1]);
        assert_eq!(rows(&table, "n", true, None), [0; 0]);
        assert_eq!(rows(&table, "N", true, None), [1]);
        assert_eq!(rows(&table, "xyz", false, None), [0; 0]);
    }

    #[test]
    fn rows_of_all_pieces_come_in_order_and_a_search_can_be_stopped() {
        let text: String = (0..200_000).map(|n| format!("{}\n", n % 1_000)).collect();
        let table = table_of(&format!("n\n{text}"));
        let expected: Vec<u32> = (0..200_000).filter(|n| (n % 1_000).to_string().contains("99")).collect();
        assert_eq!(rows(&table, "99", false, None), expected);
        let cancel = Cancel::new();
        cancel.cancel();
        let needle = Needle::new("99", false).expect("something");
        assert!(find(&table, &needle, None, 2, &cancel, &Progress::new()).is_err());
    }
}
