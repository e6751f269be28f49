//! What a person may do to make a table smaller or cleaner, and what steps that are off would give. Nothing here is done by itself.
//!
//! Works on the finished columns. Words of categories are looked at once each; rows only of columns of text, and of those that
//! may be equal to another.

mod equal;
mod fit;
mod gain;
mod subject;
mod texts;

use serde::{Deserialize, Serialize};

pub use subject::Subject;

use super::format::{Spelling, Value};
use super::kind::NULL_WORDS;
use super::parallel::map_items;
use super::reason::grouped;
use super::steps::{Level, Step};
use super::table::Stored;
use crate::jobs::{Cancel, Cancelled};

/// What a suggestion is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    /// A column with one value in every row, which could go.
    Constant,
    /// A column without any value, which could go.
    Empty,
    /// Columns that hold the same in every row; one is enough.
    Equal,
    /// Texts that begin or end with blanks.
    Blanks,
    /// A column that is text only because of a few cells.
    TwoKinds,
    /// Numbers or dates that are text in a file whose cells have types.
    NumbersAsText,
    /// Texts that differ only in case or blanks.
    Spellings,
}

/// Something that a person may do; the table stays as it is until then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What it is about.
    pub kind: SuggestionKind,
    /// The columns, the first of equal ones first.
    pub columns: Vec<String>,
    /// The first row that it is about, as a spreadsheet counts; none when it is about all rows.
    pub row: Option<u64>,
    /// How many rows it is about.
    pub count: u64,
    /// Bytes of the shrunk table that following it would save.
    pub saved_bytes: u64,
    /// What the column would be then; none where it would be gone or stay as it is.
    pub becomes: Option<Stored>,
    /// What to do and why, in words for someone who does not know what a type is.
    pub text: String,
}

/// What a step that is off would give one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gain {
    /// The step.
    pub step: Step,
    /// The type that the column would have, as polars names it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Bytes that it would take; more than now where the type is the better one but not the smaller.
    pub bytes: u64,
    /// Whether every value would stay equal to the source's.
    pub lossless: bool,
}

/// What the next level would save in the whole table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelGain {
    /// The level.
    pub level: Level,
    /// Bytes; negative where its types take more.
    pub saved_bytes: i64,
}

/// All that was found.
#[derive(Debug, Default)]
pub struct Advice {
    /// Suggestions, those that save most first.
    pub suggestions: Vec<Suggestion>,
    /// For each column what a step that is off would give it.
    pub possible: Vec<Option<Gain>>,
    /// What the next level would give, where that is cheap to know.
    pub next_level: Option<LevelGain>,
}

/// What was found in one column.
struct Found {
    suggestions: Vec<Suggestion>,
    possible: Option<Gain>,
    at_next_level: Option<i64>,
}

/// Looks at all columns, on up to `threads` threads; `first_row` is the number of the first row as a spreadsheet counts.
///
/// # Errors
/// When cancelled.
pub fn advise(
    subjects: &[Subject<'_>],
    level: Level,
    first_row: u64,
    threads: usize,
    cancel: &Cancel,
) -> Result<Advice, Cancelled> {
    let found = map_items(subjects.iter().collect(), threads, &|subject: &Subject<'_>| {
        cancel.check()?;
        Ok(Found {
            suggestions: of_column(subject),
            possible: gain::possible(subject),
            at_next_level: gain::at_next_level(subject),
        })
    });
    let found = found.into_iter().collect::<Result<Vec<Found>, Cancelled>>()?;
    let alone =
        |found: &Found| found.suggestions.iter().any(|one| matches!(one.kind, SuggestionKind::Constant | SuggestionKind::Empty));
    let compared = |(subject, found): &(&Subject<'_>, &Found)| subject.rows() > 1 && !alone(found);
    let others: Vec<&Subject<'_>> = subjects.iter().zip(&found).filter(compared).map(|(subject, _)| subject).collect();
    let mut advice = Advice { suggestions: equal::equal(&others, threads, cancel)?, ..Advice::default() };
    advice.next_level = gain::next_level(level, found.iter().map(|found| found.at_next_level));
    for found in found {
        advice.suggestions.extend(found.suggestions);
        advice.possible.push(found.possible);
    }
    for suggestion in &mut advice.suggestions {
        suggestion.row = suggestion.row.map(|row| row + first_row);
    }
    advice.suggestions.sort_by_key(|suggestion| std::cmp::Reverse(suggestion.saved_bytes));
    Ok(advice)
}

/// What one column suggests by itself.
fn of_column(subject: &Subject<'_>) -> Vec<Suggestion> {
    if let Some(whole) = empty(subject).or_else(|| constant(subject)) {
        return vec![whole];
    }
    let text = subject.view.is_text();
    let looks: [fn(&Subject<'_>) -> Option<Suggestion>; 3] = [texts::two_kinds, texts::blanks, texts::spellings];
    let of_text = looks.into_iter().filter(|_| text).filter_map(|look| look(subject));
    let mut found: Vec<Suggestion> = of_text.chain(numbers_as_text(subject)).collect();
    // Where blanks are all that is wrong with the cells of another kind, that is said once.
    let trimming_helps = found.iter().any(|one| one.kind == SuggestionKind::Blanks && !texts::stays_text(one));
    found.retain(|one| one.kind != SuggestionKind::TwoKinds || !trimming_helps);
    found
}

fn empty(subject: &Subject<'_>) -> Option<Suggestion> {
    let word = subject.view.format().null.and_then(|word| NULL_WORDS.get(usize::from(word)));
    let says = word.map_or_else(|| "Empty in every row".to_owned(), |word| format!("“{word}” in every row, so no value at all"));
    let gone = || column_gone(subject, SuggestionKind::Empty, format!("{says}. The column can go."));
    (subject.rows() > 0 && subject.values() == 0).then(gone)
}

fn constant(subject: &Subject<'_>) -> Option<Suggestion> {
    let several = subject.rows() > 1 && subject.merged.nulls == 0 && subject.merged.unique.is_none_or(|unique| unique == 1);
    let first = subject.view.value(0)?;
    let same = |row| subject.view.value(row).is_some_and(|value| equal_values(first, value));
    if !several || !(1..subject.rows()).all(same) {
        return None;
    }
    let mut cell = Vec::new();
    subject.view.write(0, &mut cell);
    let text =
        format!("{} in all {} rows. The column can go when that is known anyway.", quoted(&cell), grouped(subject.rows() as i128));
    Some(column_gone(subject, SuggestionKind::Constant, text))
}

fn equal_values(a: Value<'_>, b: Value<'_>) -> bool {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        (Value::Float32(a), Value::Float32(b)) => a.to_bits() == b.to_bits(),
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        _ => false,
    }
}

fn column_gone(subject: &Subject<'_>, kind: SuggestionKind, text: String) -> Suggestion {
    let (columns, count, saved_bytes) = (vec![subject.name.to_owned()], subject.rows() as u64, subject.stored.bytes);
    Suggestion { kind, columns, row: None, count, saved_bytes, becomes: None, text }
}

/// In a file whose cells have types, numbers and dates that it keeps as text.
fn numbers_as_text(subject: &Subject<'_>) -> Option<Suggestion> {
    let what = match subject.view.spelling() {
        Spelling::Int { .. } | Spelling::Fixed(_) | Spelling::Shortest { .. } => ("number is", "numbers are", "sum"),
        Spelling::Date | Spelling::Time { .. } | Spelling::Midnight(_) => ("date is", "dates are", "sort by date"),
        Spelling::Text | Spelling::Bool(_) => return None,
    };
    let (count, first) = subject.merged.texts.filter(|_| subject.values() > 0)?;
    let count = count as u64;
    let text = format!(
        "{} stored as text in the file, where a {} leaves such cells out. Here all of them count.",
        times(count, what.0, what.1),
        what.2
    );
    let columns = vec![subject.name.to_owned()];
    Some(Suggestion {
        kind: SuggestionKind::NumbersAsText,
        columns,
        row: Some(first as u64),
        count,
        saved_bytes: 0,
        becomes: None,
        text,
    })
}

/// `1 cell begins`, `1,200 cells begin`.
fn times(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count.into()), if count == 1 { one } else { many })
}

/// A text in quotation marks, its end left out when it is long.
fn quoted(text: &[u8]) -> String {
    const MOST: usize = 30;
    let text = String::from_utf8_lossy(text);
    let start: String = text.chars().take(MOST).collect();
    if start.len() < text.len() { format!("“{start}…”") } else { format!("“{start}”") }
}

/// `“a” and “b”`, `“a”, “b” and 3 more`.
fn names(columns: &[String]) -> String {
    let quoted: Vec<String> = columns.iter().map(|name| quoted(name.as_bytes())).collect();
    match quoted.as_slice() {
        [a, b] => format!("{a} and {b}"),
        [a, b, c] => format!("{a}, {b} and {c}"),
        [a, b, rest @ ..] => format!("{a}, {b} and {} more", rest.len()),
        _ => quoted.concat(),
    }
}
