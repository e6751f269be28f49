//! Parquet files: tables whose columns have types already. They come row group by row group and become text cells in the one spelling
//! that workbooks' values have too, so that the rest of the engine treats all tables alike.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use polars::prelude::{
    AnyValue, ArrowDataType, DataFrame, DataType, ParallelStrategy, ParquetReader, PolarsError, SerReader, Series, TimeUnit,
};

use super::refusal::{Refusal, caught, damaged};
use super::{Batch, Limits, ReadOptions, Source, SourceInfo, Stamp, batch_bytes, file_name, unique_names};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::data::date::{TimeStyle, write_date, write_time};
use crate::data::heap::{nothing_bytes, text_bytes};
use crate::data::number::write_shortest;
use crate::data::reason::grouped;
use crate::jobs::{Cancel, Progress};

/// Rows that are in memory at a time; row groups are rarely larger.
const SLICE: usize = 1 << 20;

/// A column as polars itself would hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The type's name.
    pub kind: String,
    /// Bytes in memory.
    pub bytes: u64,
}

/// A Parquet file.
#[derive(Debug)]
pub struct ParquetSource {
    path: PathBuf,
    info: SourceInfo,
    header: Vec<String>,
    /// First row and length of each slice.
    slices: Vec<(usize, usize)>,
    rows: u64,
    stamp: Stamp,
    held: Mutex<Vec<Held>>,
}

impl ParquetSource {
    /// Reads what the file says of itself.
    ///
    /// # Errors
    /// When it is damaged, too large, or has columns that are no table's.
    pub fn open(path: &Path, _options: &ReadOptions, limits: &Limits) -> Result<Self, DataError> {
        let file = file_name(path);
        let stamp = Stamp::of(path).map_err(|source| DataError::Read { file: file.clone(), source })?;
        let mut reader = ParquetReader::new(open_file(path, &file)?);
        let (schema, groups) = caught(&file, || -> Result<_, PolarsError> {
            let schema = reader.schema()?;
            let mut groups = Vec::new();
            for group in &reader.get_metadata()?.row_groups {
                groups.push(group.num_rows());
            }
            Ok((schema, groups))
        })?;
        for (name, field) in schema.iter() {
            if !is_cell(field.dtype()) {
                return Err(DataError::NotATable {
                    file,
                    looks_like: format!("a Parquet file whose column “{name}” holds lists, records, bytes or exact decimals"),
                    next_step: "Write it again with that column as text, numbers or dates, or without it.".into(),
                });
            }
        }
        if schema.is_empty() {
            return Err(DataError::Empty { file });
        }
        let rows = groups.iter().try_fold(0u64, |all, rows| all.checked_add(*rows as u64));
        let cells = rows.and_then(|rows| rows.checked_mul(schema.len() as u64)).filter(|cells| *cells <= limits.max_cells);
        let (Some(rows), Some(_)) = (rows, cells) else {
            let what = format!("it has more than {} cells", grouped(limits.max_cells.into()));
            return Err(DataError::TooLarge { file, what });
        };
        let (mut slices, mut start) = (Vec::new(), 0);
        for group in groups {
            slices.extend((0..group).step_by(SLICE).map(|at| (start + at, SLICE.min(group - at))));
            start += group;
        }
        let header = unique_names(schema.iter_names().map(ToString::to_string));
        let info = SourceInfo { file, format: "parquet".into(), ..SourceInfo::default() };
        Ok(Self { path: path.into(), info, header, slices, rows, stamp, held: Mutex::default() })
    }

    fn slice(&self, slice: (usize, usize)) -> Result<DataFrame, DataError> {
        let input = open_file(&self.path, &self.info.file)?;
        // On this thread alone: the library's other threads would print what goes wrong in them.
        let read = || ParquetReader::new(input).with_slice(Some(slice)).read_parallel(ParallelStrategy::None).finish();
        let frame = caught(&self.info.file, read)?;
        if (frame.height(), frame.width()) == (slice.1, self.header.len()) {
            Ok(frame)
        } else {
            Err(damaged(&self.info.file, "it has fewer rows than it says".into()))
        }
    }

    fn add_held(&self, frame: &DataFrame) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.resize(frame.width(), Held::default());
        for (held, column) in held.iter_mut().zip(frame.columns()) {
            held.kind = crate::data::type_title(column.dtype()).into();
            held.bytes += held_bytes(column.as_materialized_series()) as u64;
        }
    }
}

impl Source for ParquetSource {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn first_row(&self) -> u64 {
        1
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn size(&self) -> u64 {
        self.rows
    }

    fn slow(&self) -> bool {
        true
    }

    fn held(&self) -> Option<Vec<Held>> {
        Some(self.held.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn batches(
        &self,
        cancel: &Cancel,
        progress: &Progress,
        sink: &mut dyn FnMut(Batch) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let columns = self.header.len();
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clear();
        for &slice in &self.slices {
            cancel.check()?;
            let frame = self.slice(slice)?;
            self.add_held(&frame);
            let mut values: Vec<_> = frame.columns().iter().map(|column| column.as_materialized_series().iter()).collect();
            let mut cells = Cells::new(0, columns);
            for _ in 0..frame.height() {
                for value in &mut values {
                    push(&mut cells, &value.next().unwrap_or(AnyValue::Null));
                }
                if cells.size() > batch_bytes(columns) {
                    cancel.check()?;
                    progress.add(cells.rows() as u64);
                    sink(Batch::Cells(std::mem::replace(&mut cells, Cells::new(0, columns))))?;
                }
            }
            if cells.rows() > 0 {
                progress.add(cells.rows() as u64);
                sink(Batch::Cells(cells))?;
            }
        }
        self.stamp.check(&self.path, &self.info.file)
    }
}

/// Bytes of a column as it was read; those of a dictionary's words are left out.
fn held_bytes(series: &Series) -> usize {
    let rows = series.len();
    let values = match series.to_physical_repr().dtype() {
        DataType::Null => return nothing_bytes(rows),
        DataType::Boolean => rows.div_ceil(8),
        DataType::String => series.chunks().iter().map(|chunk| chunk.as_any().downcast_ref().map_or(0, text_bytes)).sum(),
        DataType::Int8 | DataType::UInt8 => rows,
        DataType::Int16 | DataType::UInt16 => rows * 2,
        DataType::Int32 | DataType::UInt32 | DataType::Float32 => rows * 4,
        _ => rows * 8,
    };
    values + if series.null_count() > 0 { rows.div_ceil(8) } else { 0 }
}

fn open_file(path: &Path, file: &str) -> Result<File, DataError> {
    File::open(path).map_err(|source| DataError::Read { file: file.into(), source })
}

impl Refusal for PolarsError {
    fn told(self, file: &str) -> DataError {
        damaged(file, self.to_string())
    }
}

/// Whether values of this type are written as one cell.
fn is_cell(kind: &ArrowDataType) -> bool {
    use ArrowDataType as A;
    match kind {
        A::Dictionary(_, values, _) => is_cell(values),
        A::Null | A::Boolean | A::Utf8 | A::LargeUtf8 | A::Utf8View => true,
        A::Int8 | A::Int16 | A::Int32 | A::Int64 | A::UInt8 | A::UInt16 | A::UInt32 | A::UInt64 => true,
        A::Float32 | A::Float64 => true,
        A::Date32 | A::Date64 | A::Timestamp(..) | A::Time32(_) | A::Time64(_) | A::Duration(_) => true,
        _ => false,
    }
}

fn push(cells: &mut Cells, value: &AnyValue<'_>) {
    if value.is_null() {
        return cells.push_absent();
    }
    if let Some(text) = value.get_str() {
        return cells.push_text(|out| out.extend_from_slice(text.as_bytes()));
    }
    cells.push_text(|out| write_value(out, value));
    cells.mark_typed();
}

/// Writes a value that is no text in its one spelling.
fn write_value(out: &mut Vec<u8>, value: &AnyValue<'_>) {
    let mut whole = |number: i64| out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    match value {
        AnyValue::Boolean(yes) => out.extend_from_slice(if *yes { b"true" } else { b"false" }),
        AnyValue::Int8(number) => whole(i64::from(*number)),
        AnyValue::Int16(number) => whole(i64::from(*number)),
        AnyValue::Int32(number) => whole(i64::from(*number)),
        AnyValue::Int64(number) => whole(*number),
        AnyValue::UInt8(number) => whole(i64::from(*number)),
        AnyValue::UInt16(number) => whole(i64::from(*number)),
        AnyValue::UInt32(number) => whole(i64::from(*number)),
        AnyValue::UInt64(number) => out.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes()),
        // The shortest digits that tell the four bytes.
        AnyValue::Float32(number) => write_float(out, number.to_string().parse().unwrap_or(f64::from(*number))),
        AnyValue::Float64(number) => write_float(out, *number),
        AnyValue::Date(days) => write_moment(out, i64::from(*days), 1, 0, false),
        AnyValue::Datetime(moment, unit, zone) => {
            let (per_second, digits) = parts(*unit);
            write_moment(out, *moment, 86_400 * per_second, digits, zone.is_some());
        }
        AnyValue::DatetimeOwned(moment, unit, zone) => {
            let (per_second, digits) = parts(*unit);
            write_moment(out, *moment, 86_400 * per_second, digits, zone.is_some());
        }
        AnyValue::Time(nanos) => write_duration(out, *nanos, 1_000_000_000, 9),
        AnyValue::Duration(span, unit) => {
            let (per_second, digits) = parts(*unit);
            write_duration(out, *span, per_second, digits);
        }
        // Writing into a vector cannot fail; other types were refused when the file was opened.
        other => drop(write!(out, "{other}")),
    }
}

/// Decimal digits; what is no number in the words that polars has for it.
fn write_float(out: &mut Vec<u8>, number: f64) {
    if number.is_finite() {
        write_shortest(out, number, false);
    } else {
        // Writing into a vector cannot fail.
        let _ = write!(out, "{number}");
    }
}

/// Units in a second, and the digits that they need.
fn parts(unit: TimeUnit) -> (i64, u8) {
    match unit {
        TimeUnit::Milliseconds => (1_000, 3),
        TimeUnit::Microseconds => (1_000_000, 6),
        TimeUnit::Nanoseconds => (1_000_000_000, 9),
    }
}

/// As a workbook's moments are written: midnight and whole seconds without what is zero.
fn write_moment(out: &mut Vec<u8>, moment: i64, per_day: i64, digits: u8, zulu: bool) {
    let days = moment.div_euclid(per_day);
    // Years 1 to 9999.
    let Some(date) = i32::try_from(days).ok().filter(|days| (-719_162..=2_932_896).contains(days)) else {
        let _ = write!(out, "{moment}/{per_day} days after 1970-01-01");
        return;
    };
    let per_second = (per_day / 86_400).max(1);
    if moment.rem_euclid(per_day) == 0 {
        write_date(out, date);
    } else if moment.rem_euclid(per_second) == 0 {
        let style = TimeStyle { t: false, seconds: true, fraction: 0, zulu };
        write_time(out, moment.div_euclid(per_second) * 1_000, style);
    } else {
        write_time(out, moment, TimeStyle { t: false, seconds: true, fraction: digits, zulu });
    }
}

/// `H:MM:SS`, with a fraction where there is one.
fn write_duration(out: &mut Vec<u8>, span: i64, per_second: i64, digits: u8) {
    let (seconds, rest) = (span.unsigned_abs() / per_second.unsigned_abs(), span.unsigned_abs() % per_second.unsigned_abs());
    let sign = if span < 0 { "-" } else { "" };
    let _ = write!(out, "{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest != 0 {
        let _ = write!(out, ".{rest:0width$}", width = usize::from(digits));
    }
}
