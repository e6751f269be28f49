//! The history as tables: their columns, and pieces of them as CSV or Parquet.
//!
//! Two kinds of tables: what was measured (a row for each bucket), and the processes that used most (a row for each of a minute).

use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat};
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, IntoSeries, NamedFrom, NewChunkedArray, ParquetCompression, ParquetWriter, PlSmallStr,
    PolarsResult, Schema, Series, StringChunked, TimeUnit, TimeZone,
};

/// Rows that are written at once; a row group of a Parquet file.
const PIECE: usize = 1 << 17;

/// Columns of what was measured.
pub const MEASURED: [(&str, Kind); 8] = [
    ("time", Kind::Moment),
    ("metric", Kind::Text),
    ("min", Kind::Number),
    ("mean", Kind::Number),
    ("max", Kind::Number),
    ("seconds", Kind::Number),
    ("bucket_seconds", Kind::Whole),
    ("unit", Kind::Text),
];

/// Columns of the processes.
pub const PROCESSES: [(&str, Kind); 5] = [
    ("time", Kind::Moment),
    ("pid", Kind::Whole),
    ("name", Kind::Text),
    ("cpu_percent", Kind::Number),
    ("memory_bytes", Kind::Whole),
];

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Milliseconds since 1970-01-01 UTC.
    Moment,
    /// Text.
    Text,
    /// A number as it is measured, of four bytes.
    Number,
    /// A number of things.
    Whole,
}

/// Formats that the history is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryFormat {
    /// Text in UTF-8 with commas.
    Csv,
    /// Apache Parquet, packed with Zstandard.
    Parquet,
}

impl HistoryFormat {
    /// The format that a file's ending says.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        ending.parse().ok()
    }
}

impl FromStr for HistoryFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "parquet" => Ok(Self::Parquet),
            _ => Err("the ending says the format: give a file that ends in .csv or .parquet".into()),
        }
    }
}

/// Values of a column.
#[derive(Debug)]
enum Values {
    Moments(Vec<i64>),
    Texts(Vec<Arc<str>>),
    Numbers(Vec<f32>),
    Wholes(Vec<u64>),
}

/// A cell.
pub enum Cell {
    /// Milliseconds since 1970-01-01 UTC.
    Moment(i64),
    /// Text.
    Text(Arc<str>),
    /// A number.
    Number(f32),
    /// A number of things.
    Whole(u64),
}

/// Writes a table row by row, holding a piece of it at a time.
pub struct TableWriter<'a> {
    columns: &'static [(&'static str, Kind)],
    values: Vec<Values>,
    rows: usize,
    written: u64,
    out: Out<'a>,
}

enum Out<'a> {
    Csv(&'a mut (dyn Write + Send), Vec<u8>),
    Parquet(Box<BatchedWriter<&'a mut (dyn Write + Send)>>),
}

impl<'a> TableWriter<'a> {
    /// A table with these columns.
    ///
    /// # Errors
    /// When `out` refuses.
    pub fn new(
        columns: &'static [(&'static str, Kind)],
        format: HistoryFormat,
        out: &'a mut (dyn Write + Send),
    ) -> io::Result<Self> {
        let out = match format {
            HistoryFormat::Csv => {
                let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
                writeln!(out, "{}", names.join(","))?;
                Out::Csv(out, Vec::new())
            }
            HistoryFormat::Parquet => {
                let fields = columns.iter().map(|(name, kind)| (PlSmallStr::from_static(name), data_type(*kind)));
                let writer = ParquetWriter::new(out).with_compression(ParquetCompression::Zstd(None));
                Out::Parquet(Box::new(writer.batched(&Schema::from_iter(fields)).map_err(io::Error::other)?))
            }
        };
        Ok(Self { columns, values: empty(columns), rows: 0, written: 0, out })
    }

    /// Adds a row; its cells are of the kinds of the columns.
    ///
    /// # Errors
    /// When the target refuses.
    pub fn row<const N: usize>(&mut self, cells: [Cell; N]) -> io::Result<()> {
        for (values, cell) in self.values.iter_mut().zip(cells) {
            match (values, cell) {
                (Values::Moments(values), Cell::Moment(cell)) => values.push(cell),
                (Values::Texts(values), Cell::Text(cell)) => values.push(cell),
                (Values::Numbers(values), Cell::Number(cell)) => values.push(cell),
                (Values::Wholes(values), Cell::Whole(cell)) => values.push(cell),
                _ => return Err(io::Error::other("a cell is not of its column's kind")),
            }
        }
        self.rows += 1;
        if self.rows >= PIECE { self.write() } else { Ok(()) }
    }

    /// Writes what is left; returns how many rows there were.
    ///
    /// # Errors
    /// When the target refuses.
    pub fn finish(mut self) -> io::Result<u64> {
        self.write()?;
        if let Out::Parquet(writer) = self.out {
            writer.finish().map_err(io::Error::other)?;
        }
        Ok(self.written)
    }

    fn write(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let values = std::mem::replace(&mut self.values, empty(self.columns));
        match &mut self.out {
            Out::Csv(out, buffer) => {
                buffer.clear();
                (0..self.rows).for_each(|row| push_line(buffer, &values, row));
                out.write_all(buffer)?;
            }
            Out::Parquet(writer) => {
                let frame = frame(self.columns, values, self.rows).map_err(io::Error::other)?;
                writer.write_batch(&frame).map_err(io::Error::other)?;
            }
        }
        self.written += self.rows as u64;
        self.rows = 0;
        Ok(())
    }
}

fn empty(columns: &[(&str, Kind)]) -> Vec<Values> {
    let values = |(_, kind): &(&str, Kind)| match kind {
        Kind::Moment => Values::Moments(Vec::new()),
        Kind::Text => Values::Texts(Vec::new()),
        Kind::Number => Values::Numbers(Vec::new()),
        Kind::Whole => Values::Wholes(Vec::new()),
    };
    columns.iter().map(values).collect()
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Moment => DataType::Datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC)),
        Kind::Text => DataType::String,
        Kind::Number => DataType::Float32,
        Kind::Whole => DataType::UInt64,
    }
}

fn frame(columns: &[(&str, Kind)], values: Vec<Values>, rows: usize) -> PolarsResult<DataFrame> {
    let columns = columns.iter().zip(values).map(|((name, _), values)| column(name, values)).collect();
    DataFrame::new(rows, columns)
}

fn column(name: &str, values: Values) -> Column {
    let name = PlSmallStr::from_str(name);
    match values {
        Values::Moments(values) => {
            Series::new(name, values).into_datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC)).into_column()
        }
        Values::Texts(values) => {
            StringChunked::from_iter_values(name, values.iter().map(AsRef::as_ref)).into_series().into_column()
        }
        Values::Numbers(values) => Series::new(name, values).into_column(),
        Values::Wholes(values) => Series::new(name, values).into_column(),
    }
}

fn push_line(line: &mut Vec<u8>, values: &[Values], row: usize) {
    for (at, values) in values.iter().enumerate() {
        if at > 0 {
            line.push(b',');
        }
        push_cell(line, values, row);
    }
    line.push(b'\n');
}

fn push_cell(line: &mut Vec<u8>, values: &Values, row: usize) {
    // Writing into memory has nothing to fail at.
    let _ = match values {
        Values::Moments(values) => values.get(row).map_or(Ok(()), |moment| write!(line, "{}", moment_text(*moment))),
        Values::Texts(values) => values.get(row).map_or(Ok(()), |text| line.write_all(text_cell(text).as_bytes())),
        // The shortest digits that read back as the same number.
        Values::Numbers(values) => values.get(row).map_or(Ok(()), |number| write!(line, "{number}")),
        Values::Wholes(values) => values.get(row).map_or(Ok(()), |whole| write!(line, "{whole}")),
    };
}

/// A moment as RFC 3339 writes it, in UTC with milliseconds.
pub fn moment_text(milliseconds: i64) -> String {
    let moment = DateTime::from_timestamp_millis(milliseconds);
    moment.map(|moment| moment.to_rfc3339_opts(SecondsFormat::Millis, true)).unwrap_or_default()
}

/// A text as a cell of CSV. One that a spreadsheet would run as a formula gets an apostrophe before it (CWE-1236), and so does one that looks as if
/// it had got one, so that [`cell_text`] gives each back.
fn text_cell(text: &str) -> String {
    let mark = if is_risky(text) { "'" } else { "" };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{mark}{}\"", text.replace('"', "\"\"")) } else { format!("{mark}{text}") }
}

/// The text of a cell that [`text_cell`] wrote.
pub fn cell_text(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_risky(text)).unwrap_or(cell)
}

fn is_risky(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_needed_and_formulas_disarmed_and_back() {
        assert_eq!(text_cell("plain 温度"), "plain 温度");
        assert_eq!(text_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        for (text, cell) in [("-bash", "'-bash"), ("=1+1", "'=1+1"), ("'=x", "''=x"), ("'quoted'", "'quoted'"), ("", "")] {
            assert_eq!((text_cell(text).as_str(), cell_text(cell)), (cell, text));
        }
    }

    #[test]
    fn moments_are_told_to_the_millisecond() {
        assert_eq!(moment_text(1_795_273_440_000), "2026-11-21T15:04:00.000Z");
        assert_eq!(moment_text(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(moment_text(i64::MAX), "");
    }

    #[test]
    fn a_table_is_written_as_text() {
        let mut out = Vec::new();
        let mut table = TableWriter::new(&PROCESSES, HistoryFormat::Csv, &mut out).expect("memory");
        let name = Cell::Text("a,b".into());
        table.row([Cell::Moment(60_000), Cell::Whole(7), name, Cell::Number(0.1), Cell::Whole(u64::MAX)]).expect("memory");
        assert!(table.row([Cell::Whole(1)]).is_err(), "another kind than the column's");
        assert_eq!(table.finish().expect("memory"), 1);
        let text = String::from_utf8(out).expect("text");
        assert_eq!(text, "time,pid,name,cpu_percent,memory_bytes\n1970-01-01T00:01:00.000Z,7,\"a,b\",0.1,18446744073709551615\n");
    }
}
