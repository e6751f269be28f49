//! A part of a table as text for the clipboard: cells with tabs between them, as spreadsheets give and take it.

use std::ops::Range;

use super::table::Table;
use crate::jobs::{Cancel, Cancelled, Explain, Progress};

/// Bytes of text at most: more is not taken by the programs that it would be pasted into.
pub const MOST_CLIP_BYTES: usize = 50_000_000;
/// Rows written before it is asked whether to stop.
const PIECE: usize = 4_096;

/// Why there is no text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClipError {
    /// There would be too much of it.
    #[error("The selected cells make more than {} MB of text, which is too much for the clipboard", MOST_CLIP_BYTES / 1_000_000)]
    TooLarge,
    /// The work was stopped on request.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl Explain for ClipError {
    fn next_step(&self) -> String {
        match self {
            Self::TooLarge => "Select fewer rows or columns, or export the table to a file.".into(),
            Self::Cancelled(_) => "Start it again when you are ready.".into(),
        }
    }
}

/// The text of the cells in `rows` and `columns`, spelled as in the source: tabs between cells, line feeds between rows, none at the end. A
/// cell with a tab, a line end or a quotation mark stands in quotation marks, its own doubled, as Excel writes it. With the
/// columns' names in the first line when `names`.
///
/// # Errors
/// When it is more than [`MOST_CLIP_BYTES`], and when cancelled.
pub fn clip(
    table: &Table,
    rows: Range<usize>,
    columns: Range<usize>,
    names: bool,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<String, ClipError> {
    let views = table.views();
    let chosen = views.get(columns.start.min(views.len())..columns.end.min(views.len())).unwrap_or_default();
    let rows = rows.start..rows.end.min(table.rows());
    progress.phase("Copying", rows.len() as u64);
    let (mut out, mut cell) = (Vec::new(), Vec::new());
    if names {
        let names = table.report.columns.iter().skip(columns.start).take(chosen.len());
        names.enumerate().for_each(|(at, column)| push(&mut out, at > 0, column.name.as_bytes()));
    }
    for row in rows.clone() {
        if (row - rows.start).is_multiple_of(PIECE) {
            cancel.check()?;
            progress.add(PIECE as u64);
        }
        if names || row > rows.start {
            out.push(b'\n');
        }
        for (at, view) in chosen.iter().enumerate() {
            cell.clear();
            view.write(row, &mut cell);
            push(&mut out, at > 0, &cell);
        }
        if out.len() > MOST_CLIP_BYTES {
            return Err(ClipError::TooLarge);
        }
    }
    Ok(match String::from_utf8(out) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn push(out: &mut Vec<u8>, tab: bool, cell: &[u8]) {
    if tab {
        out.push(b'\t');
    }
    if !cell.iter().any(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b'"')) {
        return out.extend_from_slice(cell);
    }
    out.push(b'"');
    for &byte in cell {
        out.extend(std::iter::repeat_n(byte, if byte == b'"' { 2 } else { 1 }));
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::table_of;

    #[test]
    fn cells_are_spelled_as_in_the_source_and_quoted_where_they_must_be() {
        let table = table_of("code,amount,\"no\tte\",n\n007,1.50,\"two\nlines\",1\n,2.00,\"5\"\" pipe\",NA\n010,3.25,plain,3\n");
        let clip = |rows, columns, names| clip(&table, rows, columns, names, &Cancel::new(), &Progress::new());
        assert_eq!(clip(0..3, 0..2, false), Ok("007\t1.50\n\t2.00\n010\t3.25".to_owned()));
        assert_eq!(clip(0..2, 2..4, true), Ok("\"no\tte\"\tn\n\"two\nlines\"\t1\n\"5\"\" pipe\"\tNA".to_owned()));
        assert_eq!(clip(2..9, 3..9, false), Ok("3".to_owned()), "no more than there is");
        assert_eq!(clip(1..1, 0..1, true), Ok("code".to_owned()));
        let cancel = Cancel::new();
        cancel.cancel();
        let stopped = super::clip(&table, 0..3, 0..1, false, &cancel, &Progress::new());
        assert!(matches!(stopped, Err(ClipError::Cancelled(_))));
    }

    #[test]
    fn too_much_text_is_refused() {
        let long = "x".repeat(1_000_000);
        let table = table_of(&format!("a\n{}", format!("{long}\n").repeat(51)));
        let all = clip(&table, 0..51, 0..1, false, &Cancel::new(), &Progress::new());
        assert_eq!(all, Err(ClipError::TooLarge));
        assert_eq!(clip(&table, 0..49, 0..1, false, &Cancel::new(), &Progress::new()).map(|text| text.len()), Ok(49_000_048));
    }
}
