//! Text with the source's separator and spelling.

use std::io::{self, Write};
use std::ops::Range;

use crate::data::column::ColumnView;
use crate::data::parallel::map_items;
use crate::data::table::Table;
use crate::jobs::{Cancel, Cancelled, Progress};

/// Rows that are made into text at a time by one thread.
const STRIDE: usize = 16_384;

/// Writes a header and all rows, quoted only where needed. An empty text is `""`, an absent value nothing.
pub fn write(table: &Table, out: &mut impl Write, cancel: &Cancel, progress: &Progress) -> io::Result<()> {
    progress.phase("Writing CSV", table.rows() as u64);
    let delimiter = table.report.source.delimiter.and_then(|c| u8::try_from(c).ok()).unwrap_or(b',');
    let views = table.views();
    let mut header = Vec::new();
    for (at, column) in table.report.columns.iter().enumerate() {
        push_cell(&mut header, at, column.name.as_bytes(), true, delimiter);
    }
    header.push(b'\n');
    out.write_all(&header)?;
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let strides: Vec<Range<usize>> =
        (0..table.rows()).step_by(STRIDE).map(|start| start..(start + STRIDE).min(table.rows())).collect();
    for some in strides.chunks(threads * 4) {
        for lines in map_items(some.to_vec(), threads, &|rows| cancel.check().map(|()| lines(&views, rows, delimiter))) {
            out.write_all(&lines.map_err(|cancelled: Cancelled| io::Error::other(cancelled))?)?;
        }
        progress.add(some.iter().map(|rows| rows.len() as u64).sum());
    }
    Ok(())
}

fn lines(views: &[ColumnView<'_>], rows: Range<usize>, delimiter: u8) -> Vec<u8> {
    let (mut lines, mut cell) = (Vec::with_capacity(rows.len() * views.len() * 8), Vec::new());
    for row in rows {
        for (at, view) in views.iter().enumerate() {
            cell.clear();
            let present = view.write(row, &mut cell);
            push_cell(&mut lines, at, &cell, present, delimiter);
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
    line.push(b'"');
    for &byte in cell {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    line.push(b'"');
}
