//! Text with the source's separator and spelling.

use std::io::{self, Write};
use std::ops::Range;

use crate::data::column::ColumnView;
use crate::data::parallel::map_items;
use crate::data::table::Table;
use crate::jobs::{Cancel, Cancelled, Progress};

/// Rows that are made into text at a time by one thread.
const STRIDE: usize = 16_384;

/// Writes the header, where the source has one, and all rows, in quotation marks only where needed, whichever marks the source has.
/// An empty text is `""`, an absent value nothing. Lines before the source's table are no part of it.
pub fn write(table: &Table, out: &mut impl Write, cancel: &Cancel, progress: &Progress) -> io::Result<()> {
    progress.phase("Writing CSV", table.rows() as u64);
    let delimiter = table.report.source.delimiter.and_then(|c| u8::try_from(c).ok()).unwrap_or(b',');
    let views = table.views();
    let headless = table.report.source.headless;
    if !headless {
        out.write_all(&header(table, delimiter))?;
    }
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let strides: Vec<Range<usize>> =
        (0..table.rows()).step_by(STRIDE).map(|start| start..(start + STRIDE).min(table.rows())).collect();
    for some in strides.chunks(threads * 4) {
        for lines in map_items(some.to_vec(), threads, &|rows| cancel.check().map(|()| lines(&views, rows, delimiter, headless))) {
            out.write_all(&lines.map_err(|cancelled: Cancelled| io::Error::other(cancelled))?)?;
        }
        progress.add(some.iter().map(|rows| rows.len() as u64).sum());
    }
    Ok(())
}

fn header(table: &Table, delimiter: u8) -> Vec<u8> {
    let mut header = Vec::new();
    for (at, column) in table.report.columns.iter().enumerate() {
        if at == 0 && begins_as_mark(column.name.as_bytes()) {
            push_quoted(&mut header, column.name.as_bytes());
        } else {
            push_cell(&mut header, at, column.name.as_bytes(), true, delimiter);
        }
    }
    header.push(b'\n');
    header
}

/// At the start of a file this would be taken for the mark of the encoding, and dropped.
fn begins_as_mark(cell: &[u8]) -> bool {
    cell.starts_with("\u{feff}".as_bytes())
}

/// `first` tells that the first row is the first line of the file.
fn lines(views: &[ColumnView<'_>], rows: Range<usize>, delimiter: u8, first: bool) -> Vec<u8> {
    let (mut lines, mut cell) = (Vec::with_capacity(rows.len() * views.len() * 8), Vec::new());
    for row in rows {
        for (at, view) in views.iter().enumerate() {
            cell.clear();
            let present = view.write(row, &mut cell);
            if first && (row, at) == (0, 0) && begins_as_mark(&cell) {
                push_quoted(&mut lines, &cell);
            } else {
                push_cell(&mut lines, at, &cell, present, delimiter);
            }
        }
        lines.push(b'\n');
    }
    lines
}

fn push_cell(line: &mut Vec<u8>, at: usize, cell: &[u8], present: bool, delimiter: u8) {
    if at > 0 {
        line.push(delimiter);
    }
    let special = |byte: &u8| *byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if !cell.iter().any(special) && (!cell.is_empty() || !present) {
        line.extend_from_slice(cell);
        return;
    }
    push_quoted(line, cell);
}

fn push_quoted(line: &mut Vec<u8>, cell: &[u8]) {
    line.push(b'"');
    for &byte in cell {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    line.push(b'"');
}
