//! A table as bytes, to keep it in a cache: the report as JSON, then each column as Arrow IPC, categories as their texts and their numbers (the
//! frame library would look up the text of each row again).

use std::io::{Cursor, Error, ErrorKind, Result, Write};

use polars::prelude::{
    Column, DataFrame, DataType, FrozenCategories, IntoColumn, IpcReader, IpcWriter, NamedFrom, SerReader, SerWriter, Series,
    StringChunked,
};

use super::parallel::map_items;
use super::table::{Report, Table};

/// Changes with every change of [`Report`] or of what its columns mean, so that no old bytes are read in a new shape.
pub const FORMAT_VERSION: u32 = 8;

/// Writes a table.
///
/// # Errors
/// When `out` refuses.
pub fn encode(table: &Table, out: &mut dyn Write) -> Result<()> {
    write_block(out, &serde_json::to_vec(&table.report)?)?;
    let mut bytes = Vec::new();
    for column in table.frame.columns() {
        match words_of(column) {
            Some(words) => ipc_of(words, &mut bytes)?,
            None => bytes.clear(),
        }
        write_block(out, &bytes)?;
        ipc_of(numbered(column), &mut bytes)?;
        write_block(out, &bytes)?;
    }
    Ok(())
}

/// The texts of a column's categories, in the order of their numbers.
fn words_of(column: &Column) -> Option<Column> {
    let DataType::Enum(words, _) = column.dtype() else { return None };
    let words: Vec<&str> = words.categories().values_iter().collect();
    Some(Series::new(column.name().clone(), words).into_column())
}

/// Categories as their numbers; any other column as it is.
fn numbered(column: &Column) -> Column {
    if matches!(column.dtype(), DataType::Enum(..)) { column.to_physical_repr() } else { column.clone() }
}

/// A column in place of what `bytes` held.
fn ipc_of(column: Column, bytes: &mut Vec<u8>) -> Result<()> {
    bytes.clear();
    let mut frame = DataFrame::new(column.len(), vec![column]).map_err(Error::other)?;
    IpcWriter::new(bytes).finish(&mut frame).map_err(Error::other)
}

fn write_block(out: &mut dyn Write, bytes: &[u8]) -> Result<()> {
    out.write_all(&(bytes.len() as u64).to_le_bytes())?;
    out.write_all(bytes)
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// When the bytes are not from there.
pub fn decode(bytes: &[u8]) -> Result<Table> {
    let mut rest = bytes;
    let report: Report = serde_json::from_slice(block(&mut rest)?)?;
    let blocks: Vec<(&[u8], &[u8])> =
        report.columns.iter().map(|_| Ok((block(&mut rest)?, block(&mut rest)?))).collect::<Result<_>>()?;
    let rows = usize::try_from(report.rows).map_err(|_| damaged())?;
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let columns = map_items(blocks, threads, &|(words, numbers)| column(words, numbers));
    let columns = columns.into_iter().collect::<Result<Vec<Column>>>()?;
    if !rest.is_empty() || columns.iter().any(|column| column.len() != rows) {
        return Err(damaged());
    }
    let table = Table { frame: DataFrame::new(rows, columns).map_err(Error::other)?, report };
    // A column of a type that shrinking never makes would be missing from the views.
    if table.views().len() == table.frame.width() { Ok(table) } else { Err(damaged()) }
}

/// One column, of categories where there are words.
fn column(words: &[u8], column: &[u8]) -> Result<Column> {
    let column = only(column)?;
    if words.is_empty() { Ok(column) } else { with_words(&column, &only(words)?) }
}

fn damaged() -> Error {
    Error::new(ErrorKind::InvalidData, "not a stored table")
}

/// The one column of a frame.
fn only(bytes: &[u8]) -> Result<Column> {
    let frame: DataFrame = IpcReader::new(Cursor::new(bytes)).finish().map_err(Error::other)?;
    let [column] = <[Column; 1]>::try_from(frame.into_columns()).map_err(|_| damaged())?;
    Ok(column)
}

/// The bytes that follow their length.
fn block<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<8>().ok_or_else(damaged)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| damaged())?;
    let (block, after) = after.split_at_checked(length).ok_or_else(damaged)?;
    *rest = after;
    Ok(block)
}

/// The numbers of a column as categories of these texts.
fn with_words(numbers: &Column, words: &Column) -> Result<Column> {
    let words: &StringChunked = words.as_materialized_series().str().map_err(Error::other)?;
    let frozen = FrozenCategories::new(words.iter().flatten()).map_err(Error::other)?;
    let kind = DataType::from_frozen_categories(frozen);
    // Fails where a number has no text.
    let series = Series::from_cats_and_dtype(numbers.as_materialized_series(), &kind, true).map_err(Error::other)?;
    Ok(series.into_column())
}

/// Memory that a table holds, for a cache's limits.
pub fn memory_bytes(table: &Table) -> u64 {
    table.report.after_bytes
        + table.report.columns.iter().map(|column| (column.name.len() + column.note.len() + 256) as u64).sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ColumnView, Options, optimise};
    use crate::jobs::{Cancel, Progress};

    /// Categories of one, two and four bytes, with and without values, beside columns of other types.
    fn table() -> Table {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let row = |n: u32| format!("{},{},w{},{}\n", n % 3, if n.is_multiple_of(7) { "" } else { "sand" }, n % 300, n % 70_000);
        let rows: String = (0..140_000).map(|n| format!("x{}", row(n))).collect();
        std::fs::write(&path, format!("a,b,c,d\n{rows}")).expect("written");
        optimise(&path, &Options { category_threshold: 1.0, ..Options::default() }, &Cancel::new(), &Progress::new())
            .expect("a table")
    }

    #[test]
    fn a_table_comes_back_as_it_was() {
        let table = table();
        assert!(table.report.columns.iter().filter(|column| column.after.kind.starts_with("Enum(")).count() >= 3);
        let mut bytes = Vec::new();
        encode(&table, &mut bytes).expect("written");
        let again = decode(&bytes).expect("read");
        assert_eq!(again.report, table.report);
        assert_eq!(again.frame.dtypes(), table.frame.dtypes());
        assert!(again.frame.equals_missing(&table.frame));
        let held = |table: &Table| table.views().iter().map(ColumnView::heap_bytes).collect::<Vec<_>>();
        assert_eq!(held(&again), held(&table), "as much memory as before");
    }

    #[test]
    fn other_bytes_are_refused() {
        let mut bytes = Vec::new();
        encode(&table(), &mut bytes).expect("written");
        for cut in [0, 7, 8, 100, bytes.len() / 2, bytes.len() - 1] {
            assert!(decode(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        let mut huge = bytes.clone();
        huge[..8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(decode(&huge).is_err());
    }
}
