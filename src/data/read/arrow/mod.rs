//! Arrow files, of which Feather version 2 is another name, and Arrow streams. They come record batch by record batch.

mod survey;

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use polars::prelude::{ArrowDataType, ArrowSchema, PolarsResult};
use polars_arrow::array::{Array, FixedSizeBinaryArray, PrimitiveArray};
use polars_arrow::datatypes::Field;
use polars_arrow::io::ipc::read::{
    FileMetadata, FileReader, StreamMetadata, StreamReader, StreamState, read_file_metadata, read_stream_metadata,
};
use polars_arrow::types::{NativeType, i256};

use self::survey::{Form, Survey};
use super::refusal::caught;
use super::typed::{Values, holds_no_cells, no_cells};
use super::typed_source::{Each, Layout, TypedSource};
use super::{Limits, SourceInfo, Stamp, file_name};
use crate::data::DataError;

/// What messages call such a file.
const KIND: &str = "an Arrow file";

/// An Arrow file or stream.
pub type ArrowSource = TypedSource<Metadata>;

/// What the file says of itself.
#[derive(Debug)]
pub enum Metadata {
    /// Of a file with a footer.
    File(FileMetadata),
    /// Of a stream, and where the messages after the first one begin.
    Stream(StreamMetadata, u64),
}

impl ArrowSource {
    /// Reads what the file says of itself, and sees to it that what its parts claim can be true.
    ///
    /// # Errors
    /// When it is damaged, too large, or has columns that are no table's.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self, DataError> {
        let file = file_name(path);
        let read_error = |source| DataError::Read { file: file.clone(), source };
        let stamp = Stamp::of(path).map_err(read_error)?;
        let mut input = File::open(path).map_err(read_error)?;
        // Before any of it is believed: the library would make room for whatever is claimed.
        let survey = Survey::of(&file, &mut input, stamp.size, limits)?;
        input.rewind().map_err(read_error)?;
        let (metadata, fields) = caught(&file, || metadata(&mut input, survey.form))?;
        for field in &fields {
            if let Some(holds) = holds_no_cells(&field.dtype).or_else(|| holds_wide_words(&field.dtype)) {
                return Err(no_cells(&file, KIND, &field.name, holds));
            }
        }
        let info = SourceInfo { file, format: "arrow".into(), ..SourceInfo::default() };
        Ok(Self::new(path.into(), info, fields, survey.rows, stamp, metadata))
    }

    /// The columns with the types that the file has for them: see [`readable`].
    fn as_declared(&self, arrays: Vec<Values>) -> Vec<Values> {
        let declared = |(array, field): (Values, &Field)| match field.dtype.to_storage() {
            kind @ ArrowDataType::Decimal256(..) => wide_decimals(array.as_ref(), kind).unwrap_or(array),
            _ => array,
        };
        arrays.into_iter().zip(&self.fields).map(declared).collect()
    }
}

impl Layout for Metadata {
    /// A record batch at a time.
    fn each(source: &ArrowSource, each: Each<'_>) -> Result<(), DataError> {
        let file = &source.info.file;
        let read_error = |source| DataError::Read { file: file.clone(), source };
        let mut input = File::open(&source.path).map_err(read_error)?;
        match &source.layout {
            Self::File(metadata) => {
                let mut reader = FileReader::new(input, metadata.clone(), None, None);
                while let Some(batch) = caught(file, || reader.next().transpose())? {
                    let rows = batch.len();
                    each(&source.as_declared(batch.into_arrays()), rows)?;
                }
            }
            Self::Stream(metadata, start) => {
                input.seek(SeekFrom::Start(*start)).map_err(read_error)?;
                let mut reader = StreamReader::new(input, metadata.clone(), None);
                while let Some(StreamState::Some(batch)) = caught(file, || reader.next().transpose())? {
                    let rows = batch.len();
                    each(&source.as_declared(batch.into_arrays()), rows)?;
                }
            }
        }
        Ok(())
    }
}

/// What the file says of itself, in a form that can be read, and its columns.
fn metadata(input: &mut File, form: Form) -> PolarsResult<(Metadata, Vec<Field>)> {
    Ok(match form {
        Form::File => {
            let mut metadata = read_file_metadata(input)?;
            let fields = metadata.schema.iter_values().cloned().collect();
            metadata.schema = Arc::new(readable(&metadata.schema));
            (Metadata::File(metadata), fields)
        }
        Form::Stream { start } => {
            let mut metadata = read_stream_metadata(input)?;
            let fields = metadata.schema.iter_values().cloned().collect();
            metadata.schema = readable(&metadata.schema);
            (Metadata::Stream(metadata, start), fields)
        }
    })
}

/// Decimals of 32 bytes are read as so many bytes, which lie in the file in the same way: the library knows none.
fn readable(schema: &ArrowSchema) -> ArrowSchema {
    let readable = |field: &Field| match field.dtype.to_storage() {
        ArrowDataType::Decimal256(..) => Field { dtype: ArrowDataType::FixedSizeBinary(size_of::<i256>()), ..field.clone() },
        _ => field.clone(),
    };
    schema.iter_values().map(readable).collect()
}

/// In a dictionary they cannot be read in this way.
fn holds_wide_words(kind: &ArrowDataType) -> Option<&'static str> {
    let ArrowDataType::Dictionary(_, values, _) = kind.to_storage() else { return None };
    matches!(**values, ArrowDataType::Decimal256(..)).then_some("a dictionary of decimals with more than 38 digits")
}

fn wide_decimals(array: &dyn Array, kind: &ArrowDataType) -> Option<Values> {
    let bytes: &FixedSizeBinaryArray = array.as_any().downcast_ref()?;
    let (numbers, _) = bytes.values().as_chunks::<{ size_of::<i256>() }>();
    let numbers: Vec<i256> = numbers.iter().map(|number| i256::from_le_bytes(*number)).collect();
    Some(Box::new(PrimitiveArray::<i256>::try_new(kind.clone(), numbers.into(), bytes.validity().cloned()).ok()?))
}
