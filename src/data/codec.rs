//! A table as bytes, to keep it in a cache: the report as JSON, then the columns as Arrow IPC.

use std::io::{Cursor, Write};

use polars::prelude::{DataFrame, IpcReader, IpcWriter, SerReader, SerWriter};

use super::table::{Report, Table};

/// Changes with every change of [`Report`] or of what its columns mean, so that no old bytes are read in a new shape.
pub const FORMAT_VERSION: u32 = 6;

/// Writes a table.
///
/// # Errors
/// When `out` refuses.
pub fn encode(table: &Table, out: &mut dyn Write) -> std::io::Result<()> {
    let report = serde_json::to_vec(&table.report)?;
    out.write_all(&(report.len() as u64).to_le_bytes())?;
    out.write_all(&report)?;
    let mut frame = table.frame.clone();
    IpcWriter::new(out).finish(&mut frame).map_err(std::io::Error::other)
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// When the bytes are not from there.
pub fn decode(bytes: &[u8]) -> std::io::Result<Table> {
    let damaged = || std::io::Error::new(std::io::ErrorKind::InvalidData, "not a stored table");
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(damaged)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| damaged())?;
    let (report, frame) = rest.split_at_checked(length).ok_or_else(damaged)?;
    let report: Report = serde_json::from_slice(report)?;
    let frame: DataFrame = IpcReader::new(Cursor::new(frame)).finish().map_err(std::io::Error::other)?;
    let table = Table { frame, report };
    let fits = table.frame.width() == table.report.columns.len() && table.frame.height() as u64 == table.report.rows;
    // A column of a type that shrinking never makes would be missing from the views.
    if fits && table.views().len() == table.frame.width() { Ok(table) } else { Err(damaged()) }
}

/// Memory that a table holds, for a cache's limits.
pub fn memory_bytes(table: &Table) -> u64 {
    table.report.after_bytes
        + table.report.columns.iter().map(|column| (column.name.len() + column.note.len() + 256) as u64).sum::<u64>()
}
