//! Text with the source's separator and spelling.

use std::io::{self, Write};

use crate::data::table::Table;
use crate::jobs::Progress;

/// Rows between two reports of progress.
const STRIDE: usize = 16_384;

/// Writes a header and all rows, quoted only where needed. An empty text is `""`, an absent value nothing.
pub fn write(table: &Table, out: &mut impl Write, progress: &Progress) -> io::Result<()> {
    progress.phase("Writing CSV", table.rows() as u64);
    let delimiter = table.report.source.delimiter.and_then(|c| u8::try_from(c).ok()).unwrap_or(b',');
    let views = table.views();
    let (mut line, mut cell) = (Vec::new(), Vec::new());
    for (at, column) in table.report.columns.iter().enumerate() {
        push_cell(&mut line, at, column.name.as_bytes(), true, delimiter);
    }
    line.push(b'\n');
    for row in 0..table.rows() {
        for (at, view) in views.iter().enumerate() {
            cell.clear();
            let present = view.write(row, &mut cell);
            push_cell(&mut line, at, &cell, present, delimiter);
        }
        line.push(b'\n');
        if (row + 1).is_multiple_of(STRIDE) {
            out.write_all(&line)?;
            line.clear();
            progress.add(STRIDE as u64);
        }
    }
    out.write_all(&line)
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
