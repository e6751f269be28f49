//! What an Arrow file claims, checked before any of it is believed: each message and buffer lies within the file, what is packed
//! unfolds to a bounded size, and no description is larger than the bytes it is made of.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};

use polars_arrow::io::ipc::format::ipc::planus::ReadAsRoot;
use polars_arrow::io::ipc::format::ipc::{
    BlockRef, Endianness, FieldRef, FooterRef, KeyValueRef, MessageHeaderRef, MessageRef, RecordBatchRef, SchemaRef, TypeRef,
};

use super::KIND;
use crate::data::DataError;
use crate::data::read::Limits;
use crate::data::read::refusal::damaged;
use crate::data::read::typed::no_cells;
use crate::data::reason::grouped;

/// Bytes of a message's or the file's description.
const MOST_METADATA: u64 = 256 << 20;
/// A record batch may unfold to this much at any size of the file, and to more by this ratio to it.
const UNFOLDED: (u64, u64) = (256 << 20, 300);
/// Rows of a record batch that holds no values at all.
const MOST_EMPTY_ROWS: u64 = 1 << 24;
/// The end of a file: the length of its footer and a mark.
const FOOTER_END: u64 = 10;

/// In which of the two forms a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// With a footer that tells where all parts are.
    File,
    /// One message after the other, those after the first one from `start` on.
    Stream {
        /// Bytes before it.
        start: u64,
    },
}

/// What a file claims, and can be true.
#[derive(Debug)]
pub struct Survey {
    /// Its form.
    pub form: Form,
    /// Rows of all record batches.
    pub rows: u64,
}

impl Survey {
    /// Looks at the descriptions of all parts of a file of `size` bytes.
    ///
    /// # Errors
    /// When a part cannot be true, is larger than `limits`, or of a kind that is no table's.
    pub fn of(file: &str, input: &mut File, size: u64, limits: &Limits) -> Result<Self, DataError> {
        let mut look = Look { file, input, size, limits, columns: 0, rows: 0, unpacked: 0, dictionaries: HashMap::new() };
        let form = if look.bytes(0, 6.min(size))? == *b"ARROW1" { look.file()? } else { look.stream()? };
        Ok(Self { form, rows: look.rows })
    }
}

struct Look<'a> {
    file: &'a str,
    input: &'a mut File,
    size: u64,
    limits: &'a Limits,
    columns: usize,
    rows: u64,
    /// Bytes to which everything packed unfolds.
    unpacked: u64,
    /// Bytes of each dictionary; they are in memory together.
    dictionaries: HashMap<i64, u64>,
}

/// Where the values of a batch lie.
#[derive(Clone, Copy)]
struct Body {
    start: u64,
    length: u64,
}

impl Look<'_> {
    fn damaged(&self, reason: &str) -> DataError {
        damaged(self.file, reason.into())
    }

    fn too_large(&self, what: String) -> DataError {
        DataError::TooLarge { file: self.file.into(), what }
    }

    /// A description that contradicts itself.
    fn odd<E>(&self, _: E) -> DataError {
        self.damaged("a description in it contradicts itself")
    }

    /// Bytes of the file, which have to be there.
    fn bytes(&mut self, start: u64, length: u64) -> Result<Vec<u8>, DataError> {
        if length > MOST_METADATA || start.checked_add(length).is_none_or(|end| end > self.size) {
            return Err(self.damaged("it breaks off, or a part is said to lie beyond its end"));
        }
        let mut bytes = vec![0; length as usize];
        let read = self.input.seek(SeekFrom::Start(start)).and_then(|_| self.input.read_exact(&mut bytes));
        match read {
            Ok(()) => Ok(bytes),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(self.damaged("it breaks off")),
            Err(source) => Err(DataError::Read { file: self.file.into(), source }),
        }
    }

    fn number(&mut self, start: u64) -> Result<i32, DataError> {
        let bytes = self.bytes(start, 4)?;
        Ok(bytes.first_chunk().map_or(0, |bytes| i32::from_le_bytes(*bytes)))
    }

    /// A message's description, and where it ends. `None` for the mark at the end of a stream.
    fn message(&mut self, start: u64) -> Result<Option<(Vec<u8>, u64)>, DataError> {
        let (mut length, mut from) = (self.number(start)?, start + 4);
        if length == -1 {
            (length, from) = (self.number(from)?, from + 4);
        }
        match u64::try_from(length) {
            Ok(0) => Ok(None),
            Ok(length) => Ok(Some((self.bytes(from, length)?, from + length))),
            Err(_) => Err(self.damaged("a length in it is below zero")),
        }
    }

    fn file(&mut self) -> Result<Form, DataError> {
        let end = self.size.checked_sub(FOOTER_END).filter(|end| *end >= 8).ok_or_else(|| self.damaged("it breaks off"))?;
        if self.bytes(end + 4, 6)? != *b"ARROW1" {
            return Err(self.damaged("it breaks off: the mark for its end is missing"));
        }
        let length = u64::try_from(self.number(end)?).map_err(|error| self.odd(error))?;
        let start = end.checked_sub(length).ok_or_else(|| self.damaged("its footer is larger than the file"))?;
        let footer = self.bytes(start, length)?;
        let footer = FooterRef::read_as_root(&footer).map_err(|error| self.odd(error))?;
        let schema = footer.schema().map_err(|error| self.odd(error))?;
        let notes = self.notes(footer.custom_metadata().map_err(|error| self.odd(error))?.into_iter().flatten())?;
        self.schema(schema, length, notes)?;
        for blocks in [footer.dictionaries(), footer.record_batches()] {
            for block in blocks.map_err(|error| self.odd(error))?.into_iter().flatten() {
                self.block(block)?;
            }
        }
        Ok(Form::File)
    }

    /// A part that the footer tells of.
    fn block(&mut self, block: BlockRef<'_>) -> Result<(), DataError> {
        let part = |number: i64| u64::try_from(number).ok();
        let (Some(start), Some(head), Some(length)) =
            (part(block.offset()), part(block.meta_data_length().into()), part(block.body_length()))
        else {
            return Err(self.damaged("a length in it is below zero"));
        };
        let (message, _) = self.message(start)?.ok_or_else(|| self.damaged("a part is missing"))?;
        let body = start.checked_add(head).ok_or_else(|| self.damaged("a part is said to lie beyond its end"))?;
        self.batch(&message, Body { start: body, length })
    }

    fn stream(&mut self) -> Result<Form, DataError> {
        let (message, start) = self.message(0)?.ok_or_else(|| self.damaged("it has no description of its columns"))?;
        let first = MessageRef::read_as_root(&message).map_err(|error| self.odd(error))?;
        let Ok(Some(MessageHeaderRef::Schema(schema))) = first.header() else {
            return Err(self.damaged("it has no description of its columns"));
        };
        self.schema(Some(schema), message.len() as u64, 0)?;
        let mut at = start;
        while let Some((message, end)) = self.message(at)? {
            let length = MessageRef::read_as_root(&message).and_then(|message| message.body_length());
            let length = u64::try_from(length.map_err(|error| self.odd(error))?).map_err(|error| self.odd(error))?;
            self.batch(&message, Body { start: end, length })?;
            at = end + length;
        }
        // Another stream, say, whose rows would be missing.
        let end = at + 8;
        if end < self.size { Err(self.damaged("more follows after the mark for its end")) } else { Ok(Form::Stream { start }) }
    }

    /// The columns, described in `size` bytes, of which `notes` are taken by notes. Each text is counted where it is referred to,
    /// so that a few bytes cannot stand for many.
    fn schema(&mut self, schema: Option<SchemaRef<'_>>, size: u64, notes: u64) -> Result<(), DataError> {
        let schema = schema.ok_or_else(|| self.damaged("it has no description of its columns"))?;
        if schema.endianness().map_err(|error| self.odd(error))? == Endianness::Big {
            return Err(DataError::NotATable {
                file: self.file.into(),
                looks_like: "an Arrow file from a machine that writes numbers the other way round".into(),
                next_step: "Write it again as little-endian, or as Parquet.".into(),
            });
        }
        let mut texts = notes + self.notes(schema.custom_metadata().map_err(|error| self.odd(error))?.into_iter().flatten())?;
        let mut names = HashSet::new();
        for field in schema.fields().map_err(|error| self.odd(error))?.into_iter().flatten() {
            let field = field.map_err(|error| self.odd(error))?;
            let name = field.name().map_err(|error| self.odd(error))?.unwrap_or_default();
            texts += name.len() as u64 + self.field(field, name)?;
            if texts > size {
                return Err(self.odd(()));
            }
            if !names.insert(name) {
                return Err(self.twice(name));
            }
        }
        self.columns = names.len();
        if self.columns == 0 { Err(DataError::Empty { file: self.file.into() }) } else { Ok(()) }
    }

    fn twice(&self, name: &str) -> DataError {
        DataError::NotATable {
            file: self.file.into(),
            looks_like: format!("an Arrow file in which two columns have the name “{name}”"),
            next_step: "Write it again with a name of its own for each column.".into(),
        }
    }

    /// Bytes of a column's texts besides its name. Columns within columns are refused here, before anything follows them down.
    fn field(&self, field: FieldRef<'_>, name: &str) -> Result<u64, DataError> {
        let holds = |what| Err(no_cells(self.file, KIND, name, what));
        let zone = match field.type_().map_err(|error| self.odd(error))? {
            Some(TypeRef::Timestamp(kind)) => kind.timezone().map_err(|error| self.odd(error))?.map_or(0, str::len),
            Some(
                TypeRef::List(_)
                | TypeRef::LargeList(_)
                | TypeRef::FixedSizeList(_)
                | TypeRef::ListView(_)
                | TypeRef::LargeListView(_),
            ) => return holds("lists"),
            Some(TypeRef::Struct(_) | TypeRef::Union(_) | TypeRef::Map(_)) => return holds("records"),
            Some(TypeRef::RunEndEncoded(_)) => return holds("runs of values"),
            Some(TypeRef::Decimal(kind)) if kind.scale().map_err(|error| self.odd(error))? < 0 => {
                return holds("decimals that are rounded to tens or more");
            }
            Some(_) => 0,
            None => return Err(self.odd(())),
        };
        let notes = field.custom_metadata().map_err(|error| self.odd(error))?;
        Ok(zone as u64 + self.notes(notes.into_iter().flatten())?)
    }

    /// Bytes of notes.
    fn notes<'n, E>(&self, notes: impl Iterator<Item = Result<KeyValueRef<'n>, E>>) -> Result<u64, DataError> {
        let mut bytes = 0;
        for note in notes {
            let note = note.map_err(|error| self.odd(error))?;
            for text in [note.key(), note.value()] {
                bytes += text.map_err(|error| self.odd(error))?.map_or(0, str::len) as u64;
            }
        }
        Ok(bytes)
    }

    /// The values of some rows, or the words of a dictionary.
    fn batch(&mut self, message: &[u8], body: Body) -> Result<(), DataError> {
        let message = MessageRef::read_as_root(message).map_err(|error| self.odd(error))?;
        match message.header().map_err(|error| self.odd(error))? {
            Some(MessageHeaderRef::RecordBatch(batch)) => {
                let rows = self.rows_of(batch, self.columns)?;
                let bytes = self.values(batch, body)?;
                if bytes == 0 && rows > MOST_EMPTY_ROWS {
                    return Err(self.too_large(format!("it has {} rows without any value", grouped(rows.into()))));
                }
                self.bound(bytes)?;
                self.count(rows)
            }
            Some(MessageHeaderRef::DictionaryBatch(batch)) => {
                if batch.is_delta().map_err(|error| self.odd(error))? {
                    return Err(DataError::NotATable {
                        file: self.file.into(),
                        looks_like: "an Arrow file whose dictionaries grow from part to part".into(),
                        next_step: "Write it again without delta dictionaries, or as Parquet.".into(),
                    });
                }
                let id = batch.id().map_err(|error| self.odd(error))?;
                let data = batch.data().map_err(|error| self.odd(error))?.ok_or_else(|| self.odd(()))?;
                self.rows_of(data, 1)?;
                let bytes = self.values(data, body)?;
                self.dictionaries.insert(id, bytes);
                self.bound(self.dictionaries.values().sum())
            }
            _ => Err(self.damaged("a part is neither rows nor words")),
        }
    }

    /// Rows of a batch, which all its columns have.
    fn rows_of(&self, batch: RecordBatchRef<'_>, columns: usize) -> Result<u64, DataError> {
        let rows = batch.length().map_err(|error| self.odd(error))?;
        let nodes = batch.nodes().map_err(|error| self.odd(error))?.ok_or_else(|| self.odd(()))?;
        if nodes.len() != columns || nodes.iter().any(|node| node.length() != rows) {
            return Err(self.damaged("the columns of a part do not have the same number of rows"));
        }
        u64::try_from(rows).map_err(|error| self.odd(error))
    }

    fn count(&mut self, rows: u64) -> Result<(), DataError> {
        let most = self.limits.max_cells;
        let all = self.rows.checked_add(rows);
        match all.filter(|all| all.checked_mul(self.columns as u64).is_some_and(|cells| cells <= most)) {
            Some(all) => self.rows = all,
            None => return Err(DataError::too_many_cells(self.file, "it", most)),
        }
        Ok(())
    }

    /// Bytes of all values of a batch in memory, which lie within its body and do not overlap.
    fn values(&mut self, batch: RecordBatchRef<'_>, body: Body) -> Result<u64, DataError> {
        if body.start.checked_add(body.length).is_none_or(|end| end > self.size) {
            return Err(self.damaged("it breaks off, or a part is said to lie beyond its end"));
        }
        let packed = batch.compression().map_err(|error| self.odd(error))?.is_some();
        let (mut stored, mut unpacked) = (0u64, 0u64);
        for buffer in batch.buffers().map_err(|error| self.odd(error))?.into_iter().flatten() {
            let (Ok(offset), Ok(length)) = (u64::try_from(buffer.offset()), u64::try_from(buffer.length())) else {
                return Err(self.damaged("a length in it is below zero"));
            };
            let inside = offset.checked_add(length).is_some_and(|end| end <= body.length);
            stored = stored.saturating_add(length);
            if !inside || stored > body.length {
                return Err(self.damaged("the values of a part lie outside of it or over each other"));
            }
            if packed && length > 0 {
                unpacked = unpacked.saturating_add(self.unpacked(body.start + offset, length)?);
            }
        }
        if !packed {
            return Ok(stored);
        }
        self.unpacked = self.unpacked.saturating_add(unpacked);
        if self.unpacked > self.limits.max_unpacked_bytes {
            return Err(self.too_large(format!("it unfolds to more than {} bytes", grouped(self.limits.max_unpacked_bytes.into()))));
        }
        Ok(unpacked)
    }

    /// To how many bytes a packed buffer says that it unfolds.
    fn unpacked(&mut self, start: u64, length: u64) -> Result<u64, DataError> {
        let head = self.bytes(start, 8.min(length))?;
        let claim =
            head.first_chunk().map(|head| i64::from_le_bytes(*head)).ok_or_else(|| self.damaged("a packed part is too short"))?;
        // This means that it is not packed after all.
        if claim == -1 { Ok(length - 8) } else { u64::try_from(claim).map_err(|error| self.odd(error)) }
    }

    /// Sees to it that what is in memory at a time is in keeping with the file's size.
    fn bound(&self, bytes: u64) -> Result<(), DataError> {
        let most = self.limits.unfolding(self.size, UNFOLDED.0, UNFOLDED.1).max(self.size);
        if bytes > most {
            return Err(self.too_large(format!("a part of it unfolds to more than {} bytes", grouped(most.into()))));
        }
        Ok(())
    }
}
