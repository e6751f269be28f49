//! Parquet files. They come row group by row group, and large ones in slices.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use polars::io::parquet::metadata::FileMetadataRef;
use polars::io::parquet::read::_internal::to_deserializer;
use polars::prelude::{
    ArrowDataType, ArrowTimeUnit, CompatLevel, DataFrame, ParallelStrategy, ParquetReader, PolarsError, PolarsResult, SerReader,
};
use polars_arrow::array::PrimitiveArray;
use polars_arrow::datatypes::Field;

use super::pages::{self, Chunk};
use super::refusal::{Refusal, caught, damaged};
use super::typed::{Values, holds_no_cells, no_cells};
use super::typed_source::{Each, Layout, TypedSource};
use super::{Limits, SourceInfo, Stamp, file_name};
use crate::data::DataError;
use crate::data::reason::grouped;

/// Rows that are in memory at a time; row groups are rarely larger.
const SLICE: usize = 1 << 20;
/// Rows of a slice that are more than enough for a first look.
const GLIMPSE: usize = 1_000;
/// A row group's columns that are read as a whole may take this much at any size of the file, and more by this ratio to it.
const WHOLE: (u64, u64) = (256 << 20, 300);

/// A Parquet file.
pub type ParquetSource = TypedSource<Groups>;

/// Its row groups.
#[derive(Debug)]
pub struct Groups {
    /// For each column, how it is read.
    ways: Vec<Way>,
    metadata: FileMetadataRef,
}

/// How a column is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As polars' frames hold it.
    Frame,
    /// As such, from moments of twelve bytes, not all of which the frame can hold.
    Int96,
    /// As an array of a whole row group, since these frames have no such type, or do not have all of its values.
    Whole,
}

/// Some rows of a row group.
#[derive(Clone, Copy)]
struct Slice {
    group: usize,
    /// First row in the file, and in the group.
    start: (usize, usize),
    rows: usize,
}

impl ParquetSource {
    /// Reads what the file says of itself.
    ///
    /// # Errors
    /// When it is damaged, too large, or has columns that are no table's.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self, DataError> {
        let file = file_name(path);
        let stamp = Stamp::of(path).map_err(|source| DataError::Read { file: file.clone(), source })?;
        pages::check_description(&file, open_file(path, &file)?)?;
        let mut reader = ParquetReader::new(open_file(path, &file)?);
        let (schema, metadata) = caught(&file, || PolarsResult::Ok((reader.schema()?, reader.get_metadata()?.clone())))?;
        let fields: Vec<Field> = schema.iter_values().cloned().collect();
        for field in &fields {
            if let Some(holds) = holds_no_cells(&field.dtype) {
                return Err(no_cells(&file, "a Parquet file", &field.name, holds));
            }
        }
        if fields.is_empty() {
            return Err(DataError::Empty { file });
        }
        let ways = fields.iter().map(|field| way(field, &metadata)).collect();
        let info = SourceInfo { file, format: "parquet".into(), ..SourceInfo::default() };
        let mut source = Self::new(path.into(), info, fields, 0, stamp, Groups { ways, metadata });
        source.rows = source.measured(limits)?;
        source.check_pages(limits)?;
        Ok(source)
    }

    /// Rows of the table, when they are within the limits.
    fn measured(&self, limits: &Limits) -> Result<u64, DataError> {
        let mut groups = self.layout.metadata.row_groups.iter().map(|group| group.num_rows() as u64);
        let rows = groups.clone().try_fold(0u64, u64::checked_add);
        let cells = rows.and_then(|rows| rows.checked_mul(self.fields.len() as u64)).filter(|cells| *cells <= limits.max_cells);
        let (Some(rows), Some(_)) = (rows, cells) else {
            return Err(DataError::too_many_cells(&self.info.file, "it", limits.max_cells));
        };
        let whole: u64 =
            self.fields.iter().zip(&self.layout.ways).map(|(field, way)| width(field) * u64::from(*way == Way::Whole)).sum();
        let most = limits.unfolding(self.stamp.size, WHOLE.0, WHOLE.1);
        if groups.any(|rows| rows.saturating_mul(whole) > most) {
            let what = format!("the decimals and moments of a row group take more than {} bytes", grouped(most.into()));
            return Err(DataError::TooLarge { file: self.info.file.clone(), what });
        }
        Ok(rows)
    }

    /// Looks at what the pages say of themselves before any of them is unpacked.
    fn check_pages(&self, limits: &Limits) -> Result<(), DataError> {
        let chunks: Vec<Chunk> = caught(&self.info.file, || {
            let mut chunks = Vec::new();
            for group in &self.layout.metadata.row_groups {
                let rows = group.num_rows() as u64;
                let columns = group.parquet_columns().iter();
                let chunk = columns.map(|column| (column.byte_range(), column.num_values().unsigned_abs()));
                chunks.extend(chunk.map(|(place, values)| Chunk { place, values, rows }));
            }
            PolarsResult::Ok(chunks)
        })?;
        pages::check(&self.info.file, open_file(&self.path, &self.info.file)?, &chunks, limits)
    }

    fn slices(&self) -> Vec<Slice> {
        let (mut slices, mut start) = (Vec::new(), 0);
        for (group, meta) in self.layout.metadata.row_groups.iter().enumerate() {
            let rows = meta.num_rows();
            slices.extend((0..rows).step_by(SLICE).map(|at| Slice { group, start: (start + at, at), rows: SLICE.min(rows - at) }));
            start += rows;
        }
        slices
    }

    /// The columns that frames hold, in some rows.
    fn frame(&self, slice: Slice) -> Result<DataFrame, DataError> {
        let file = &self.info.file;
        let columns: Vec<usize> = (0..self.layout.ways.len()).filter(|at| self.layout.ways.get(*at) != Some(&Way::Whole)).collect();
        if columns.is_empty() {
            return Ok(DataFrame::empty_with_height(slice.rows));
        }
        let mut reader = ParquetReader::new(open_file(&self.path, file)?);
        reader.set_metadata(self.layout.metadata.clone());
        // On this thread alone: the library's other threads would print what goes wrong in them.
        let reader = reader.with_slice(Some((slice.start.0, slice.rows))).read_parallel(ParallelStrategy::None);
        let width = columns.len();
        let frame = caught(file, || reader.with_projection(Some(columns)).finish())?;
        let whole = (frame.height(), frame.width()) == (slice.rows, width);
        if whole { Ok(frame) } else { Err(damaged(file, "it has fewer rows than it says".into())) }
    }

    /// The columns of a row group that are read as a whole.
    fn whole(&self, group: usize) -> Result<Vec<Values>, DataError> {
        let columns = self.fields.iter().zip(&self.layout.ways).filter(|(_, way)| **way == Way::Whole);
        columns.map(|(field, _)| self.column(group, field)).collect()
    }

    fn column(&self, group: usize, field: &Field) -> Result<Values, DataError> {
        let file = &self.info.file;
        let contradicts = || damaged(file, format!("the parts of its column “{}” contradict each other", field.name));
        let group = self.layout.metadata.row_groups.get(group).ok_or_else(contradicts)?;
        let mut chunks = group.columns_under_root_iter(&field.name).ok_or_else(contradicts)?;
        let (Some(chunk), None) = (chunks.next(), chunks.next()) else { return Err(contradicts()) };
        // What the file says may lie beyond its end.
        let range = caught(file, || PolarsResult::Ok(chunk.byte_range()))?;
        if range.start > range.end || range.end > self.stamp.size {
            return Err(contradicts());
        }
        let mut bytes = vec![0; (range.end - range.start) as usize];
        let mut input = open_file(&self.path, file)?;
        let read = input.seek(SeekFrom::Start(range.start)).and_then(|_| input.read_exact(&mut bytes));
        read.map_err(|source| DataError::Read { file: file.clone(), source })?;
        let field = Field { dtype: wide(&field.dtype), ..field.clone() };
        let (mut arrays, _) = caught(file, || to_deserializer(vec![(chunk, bytes.into())], field, None))?;
        match (arrays.pop(), arrays.pop()) {
            (Some(array), None) if array.len() == group.num_rows() => Ok(array),
            _ => Err(contradicts()),
        }
    }

    /// All columns in some rows.
    fn arrays(&self, slice: Slice, whole: &[Values]) -> Result<Vec<Values>, DataError> {
        let frame = self.frame(slice)?;
        let (mut framed, mut whole) = (frame.columns().iter(), whole.iter());
        let mut arrays = Vec::with_capacity(self.fields.len());
        for (way, field) in self.layout.ways.iter().zip(&self.fields) {
            let array = if *way == Way::Whole {
                whole.next().map(|array| array.sliced(slice.start.1, slice.rows))
            } else {
                framed.next().map(|column| column.as_materialized_series().rechunk().to_arrow(0, CompatLevel::newest()))
            };
            let array = array.ok_or_else(|| damaged(&self.info.file, "a column is missing".into()))?;
            if *way == Way::Int96 && has_lost_moment(&array) {
                return Err(self.too_far(&field.name));
            }
            arrays.push(array);
        }
        Ok(arrays)
    }

    fn too_far(&self, name: &str) -> DataError {
        DataError::NotATable {
            file: self.info.file.clone(),
            looks_like: format!(
                "a Parquet file whose column “{name}” holds moments before 1677 or after 2262 in the old form INT96"
            ),
            next_step: "Write it again with that column as timestamps in microseconds.".into(),
        }
    }
}

impl Layout for Groups {
    /// The first rows of each slice.
    fn beginning(source: &ParquetSource, each: Each<'_>) -> Result<(), DataError> {
        for slice in source.slices() {
            let slice = Slice { rows: slice.rows.min(GLIMPSE), ..slice };
            each(&source.arrays(slice, &source.whole(slice.group)?)?, slice.rows)?;
        }
        Ok(())
    }

    /// A slice of a row group at a time.
    fn each(source: &ParquetSource, each: Each<'_>) -> Result<(), DataError> {
        let mut whole = (usize::MAX, Vec::new());
        for slice in source.slices() {
            if whole.0 != slice.group {
                whole = (slice.group, source.whole(slice.group)?);
            }
            each(&source.arrays(slice, &whole.1)?, slice.rows)?;
        }
        Ok(())
    }
}

/// How a column is read.
fn way(field: &Field, metadata: &FileMetadataRef) -> Way {
    use ArrowDataType as A;
    match field.dtype.to_storage() {
        A::Decimal(..) | A::Decimal32(..) | A::Decimal64(..) | A::Decimal256(..) | A::Float16 => Way::Whole,
        A::Time32(ArrowTimeUnit::Second) | A::Timestamp(ArrowTimeUnit::Second, _) | A::Duration(ArrowTimeUnit::Second) => {
            Way::Whole
        }
        A::Timestamp(ArrowTimeUnit::Nanosecond, _) => {
            let mut chunks = metadata.row_groups.iter().filter_map(|group| group.columns_under_root_iter(&field.name)).flatten();
            // The type itself has no public name.
            let old = chunks.next().is_some_and(|chunk| format!("{:?}", chunk.physical_type()) == "Int96");
            if old { Way::Int96 } else { Way::Frame }
        }
        _ => Way::Frame,
    }
}

/// Bytes of a value of a column that is read as a whole.
fn width(field: &Field) -> u64 {
    match wide(&field.dtype) {
        ArrowDataType::Decimal256(..) => 32,
        _ => 16,
    }
}

/// The type to read: more than 38 digits need 32 bytes, and what Arrow counts in seconds Parquet counts in milliseconds, save for
/// spans, of which it knows nothing.
fn wide(kind: &ArrowDataType) -> ArrowDataType {
    match kind.to_storage() {
        ArrowDataType::Decimal(digits, scale) if *digits > 38 => ArrowDataType::Decimal256(*digits, *scale),
        ArrowDataType::Time32(ArrowTimeUnit::Second) => ArrowDataType::Time32(ArrowTimeUnit::Millisecond),
        ArrowDataType::Timestamp(ArrowTimeUnit::Second, zone) => ArrowDataType::Timestamp(ArrowTimeUnit::Millisecond, zone.clone()),
        other => other.clone(),
    }
}

/// Whether a moment of twelve bytes was too far away for the eight that it was read into.
fn has_lost_moment(array: &Values) -> bool {
    let Some(moments) = array.as_any().downcast_ref::<PrimitiveArray<i64>>() else { return false };
    let lost = |(row, moment): (usize, &i64)| *moment == i64::MAX && moments.validity().is_none_or(|bits| bits.get_bit(row));
    moments.values().iter().enumerate().any(lost)
}

fn open_file(path: &Path, file: &str) -> Result<File, DataError> {
    File::open(path).map_err(|source| DataError::Read { file: file.into(), source })
}

impl Refusal for PolarsError {
    fn told(self, file: &str) -> DataError {
        match self {
            Self::Duplicate(what) => DataError::NotATable {
                file: file.into(),
                looks_like: format!("a table in which two columns have the same name ({what})"),
                next_step: "Write it again with a name of its own for each column.".into(),
            },
            other => damaged(file, other.to_string()),
        }
    }
}
