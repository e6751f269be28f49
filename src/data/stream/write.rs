//! The second reading: each batch becomes pieces of the final columns, is compared with the cells it came from, and written.

use std::io;

use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{Column, DataFrame, DataType, ParquetCompression, ParquetWriter, Schema};

use super::survey::Surveyed;
use super::{Target, Work};
use crate::data::DataError;
use crate::data::column::ColumnView;
use crate::data::merge::{Merged, piece};
use crate::data::parallel::stream_batches;
use crate::data::part::Part;
use crate::data::verify::{Comparison, compare};

/// Rows of a row group, the unit in which a Parquet file is read again.
const GROUP_ROWS: usize = 1 << 18;
/// Bytes of a row group in memory, as a share of the memory: one is being filled while another is packed.
const GROUP_SHARE: u64 = 16;

/// A batch in its final types.
struct Piece {
    frame: DataFrame,
    comparison: Vec<Comparison>,
    /// What it holds, save for the words of categories, which all pieces share.
    bytes: u64,
}

impl Work<'_> {
    /// Reads the file again, compares, and writes when there is a target.
    pub fn write(&self, surveyed: &Surveyed, whole: &[Merged], target: Option<Target<'_>>) -> Result<Vec<Comparison>, DataError> {
        let phase = if target.is_some() { "Comparing and writing" } else { "Comparing" };
        self.progress.phase(phase, self.source.size());
        let name = target.as_ref().map(|target| target.name.to_owned()).unwrap_or_default();
        let write_error = |source| DataError::Write { file: name.clone(), source };
        let mut groups =
            target.map(|target| Groups::new(target, whole, self.memory / GROUP_SHARE)).transpose().map_err(write_error)?;
        let (mut all, mut rows) = (vec![Comparison::default(); whole.len()], 0);
        let work = |_, batch| self.piece(batch, surveyed);
        stream_batches(self.source, self.crew(), self.cancel, self.progress, &work, &mut |_, piece| {
            let Piece { frame, comparison, bytes } = piece?;
            for (all, mut found) in all.iter_mut().zip(comparison) {
                found.differing.iter_mut().for_each(|cell| cell.row += rows);
                all.add(found);
            }
            rows += frame.height();
            self.cancel.check()?;
            groups.as_mut().map_or(Ok(()), |groups| groups.add(frame, bytes)).map_err(write_error)
        })?;
        if rows != surveyed.rows {
            return Err(self.changed());
        }
        groups.map_or(Ok(()), Groups::finish).map_err(write_error)?;
        Ok(all)
    }

    fn piece(&self, batch: crate::data::read::Batch, surveyed: &Surveyed) -> Result<Piece, DataError> {
        let (cells, _) = self.source.cells(batch)?;
        let (mut columns, mut comparison) = (Vec::with_capacity(cells.columns()), Vec::with_capacity(cells.columns()));
        let mut bytes = 0;
        for (at, (name, known)) in self.source.header().iter().zip(&surveyed.columns).enumerate() {
            let rules = self.rules(at);
            let part = Part::build(cells.column(at), known.kind(), &rules.rules);
            let piece = piece(name, Some(part), &rules, known).map_err(|error| self.frame_error(error))?;
            let piece = piece.ok_or_else(|| self.changed())?;
            let view = ColumnView::new(&piece.series, piece.format).ok_or_else(|| self.changed())?;
            comparison.push(compare(cells.column(at), &view, at, 0));
            bytes += if matches!(piece.series.dtype(), DataType::Enum(..)) { cells.rows() as u64 * 4 } else { view.heap_bytes() };
            columns.push(Column::from(piece.series));
        }
        let frame = DataFrame::new(cells.rows(), columns).map_err(|error| self.frame_error(error))?;
        Ok(Piece { frame, comparison, bytes })
    }
}

/// Gathers pieces into row groups.
struct Groups<'a> {
    writer: BatchedWriter<&'a mut (dyn io::Write + Send)>,
    next: Option<DataFrame>,
    bytes: u64,
    most_bytes: u64,
}

impl<'a> Groups<'a> {
    fn new(target: Target<'a>, whole: &[Merged], most_bytes: u64) -> io::Result<Self> {
        let fields = whole.iter().map(|column| column.series.field().into_owned());
        let writer = ParquetWriter::new(target.out).with_compression(ParquetCompression::Zstd(None));
        let writer = writer.batched(&Schema::from_iter(fields)).map_err(io::Error::other)?;
        Ok(Self { writer, next: None, bytes: 0, most_bytes })
    }

    fn add(&mut self, frame: DataFrame, bytes: u64) -> io::Result<()> {
        self.bytes += bytes;
        let next = match self.next.take() {
            Some(mut next) => {
                next.vstack_mut_owned(frame).map_err(io::Error::other)?;
                next
            }
            None => frame,
        };
        let full = next.height() >= GROUP_ROWS || self.bytes >= self.most_bytes;
        self.next = Some(next);
        if full { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> io::Result<()> {
        let Some(mut group) = self.next.take().filter(|group| group.height() > 0) else { return Ok(()) };
        self.bytes = 0;
        group.rechunk_mut();
        self.writer.write_batch(&group).map_err(io::Error::other)
    }

    fn finish(mut self) -> io::Result<()> {
        self.write()?;
        self.writer.finish().map(drop).map_err(io::Error::other)
    }
}
