//! What to know of a format before a table is saved in it.

use crate::data::{self, CELL_LETTERS, OutputFormat, SHEET_COLUMNS, SHEET_ROWS, SheetFit, Table};
use crate::jobs::{Cancel, Cancelled};
use crate::report::format;

/// Columns that are named; more are counted.
const NAMED: usize = 3;
/// Letters of a name that are shown.
const NAME_LETTERS: usize = 30;

/// Something to know before saving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportNote {
    /// The table cannot be saved in this format.
    pub stops: bool,
    /// A sentence or two.
    pub text: String,
}

/// What to know before this table is saved in this format; what stops it comes first. Looks at every value of the table.
///
/// # Errors
/// When cancelled.
pub fn export_notes(table: &Table, format: OutputFormat, cancel: &Cancel) -> Result<Vec<ExportNote>, Cancelled> {
    let table = &*table.kept();
    match format {
        // They keep every type.
        OutputFormat::Parquet | OutputFormat::Arrow => Ok(Vec::new()),
        OutputFormat::Csv => Ok(csv(table, &data::sheet_fit(table, cancel)?)),
        OutputFormat::Xlsx => Ok(workbook(table.rows() as u64, &data::sheet_fit(table, cancel)?)),
    }
}

fn note(text: String) -> ExportNote {
    ExportNote { stops: false, text }
}

fn stop(text: String) -> ExportNote {
    ExportNote { stops: true, text }
}

fn csv(table: &Table, fit: &SheetFit) -> Vec<ExportNote> {
    let mut notes =
        vec![note("Types are not kept: the program that opens it decides anew what is a number, a date or a text.".into())];
    let numbers = |kind: &str| ["Int", "UInt", "Float"].iter().any(|start| kind.starts_with(start));
    let is_code = |kind: &str| kind == "String" || kind.starts_with("Enum");
    let codes = table.report.columns.iter().filter(|column| numbers(&column.before.kind) && is_code(&column.after.kind));
    let codes: Vec<String> = codes.map(|column| column.name.clone()).collect();
    if !codes.is_empty() {
        notes.push(note(format!("Excel drops zeros in front of codes in a CSV: {}. A workbook keeps them.", names(&codes))));
    }
    if !fit.long_numbers.is_empty() {
        let columns = names(&fit.long_numbers);
        notes.push(note(format!("Excel keeps 15 digits of a number in a CSV: {columns}. A workbook keeps all, as text.")));
    }
    notes
}

fn workbook(rows: u64, fit: &SheetFit) -> Vec<ExportNote> {
    let mut notes = Vec::new();
    if let Some(columns) = fit.too_many_columns {
        let (most, columns) = (format::count(SHEET_COLUMNS), format::count(columns));
        notes.push(stop(format!("A sheet has {most} columns, and this table has {columns}. Choose Parquet, Arrow or CSV.")));
    }
    if let Some(column) = &fit.too_long {
        let (most, column) = (format::count(CELL_LETTERS), quoted(column));
        notes.push(stop(format!("A cell holds {most} letters, and a text of {column} has more. Choose Parquet, Arrow or CSV.")));
    }
    if fit.sheets > 1 {
        let (most, rows, sheets) = (format::count(SHEET_ROWS), format::count(rows), format::count(fit.sheets));
        notes.push(note(format!("A sheet has {most} rows: the {rows} rows of this table go on in {sheets} sheets.")));
    }
    let lists = [
        (&fit.long_numbers, "Numbers of more than 15 digits become text, so that none is lost"),
        (&fit.fine_moments, "Times finer than a thousandth of a second become text"),
        (&fit.early_days, "Days before March 1900, which a workbook does not have, become text"),
        (&fit.two_words, "Columns of two words say TRUE and FALSE"),
    ];
    let told = lists.into_iter().filter(|(columns, _)| !columns.is_empty());
    notes.extend(told.map(|(columns, what)| note(format!("{what}: {}.", names(columns)))));
    notes
}

/// `“a”`, `“a” and “b”`, `“a”, “b”, “c” and 4 more`.
fn names(columns: &[String]) -> String {
    let mut named: Vec<String> = columns.iter().take(NAMED).map(|name| quoted(name)).collect();
    if columns.len() > NAMED {
        named.push(format!("{} more", format::count((columns.len() - NAMED) as u64)));
    }
    match named.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => named.concat(),
    }
}

fn quoted(name: &str) -> String {
    format!("“{}”", crate::report::shorten(name, NAME_LETTERS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(notes: &[ExportNote]) -> Vec<(bool, &str)> {
        notes.iter().map(|note| (note.stops, note.text.as_str())).collect()
    }

    #[test]
    fn a_workbook_tells_what_it_cannot_hold() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let fit = SheetFit {
            sheets: 3,
            too_many_columns: Some(20_000),
            too_long: Some("remarks".into()),
            long_numbers: names(&["a", "b", "c", "d", "e"]),
            fine_moments: names(&["at", "to"]),
            early_days: names(&["born"]),
            two_words: Vec::new(),
        };
        assert_eq!(
            texts(&workbook(3_000_000, &fit)),
            [
                (true, "A sheet has 16,384 columns, and this table has 20,000. Choose Parquet, Arrow or CSV."),
                (true, "A cell holds 32,767 letters, and a text of “remarks” has more. Choose Parquet, Arrow or CSV."),
                (false, "A sheet has 1,048,576 rows: the 3,000,000 rows of this table go on in 3 sheets."),
                (false, "Numbers of more than 15 digits become text, so that none is lost: “a”, “b”, “c” and 2 more."),
                (false, "Times finer than a thousandth of a second become text: “at” and “to”."),
                (false, "Days before March 1900, which a workbook does not have, become text: “born”."),
            ]
        );
        assert_eq!(workbook(5, &SheetFit { sheets: 1, ..SheetFit::default() }), []);
    }
}
