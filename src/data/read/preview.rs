//! The beginning of a file, read by the same readers and with the same findings as the whole of it.

use std::path::Path;

use super::charset::detect_start;
use super::csv::text_error;
use super::dialect::Doubts;
use super::packing::{Packed, Packing};
use super::tokenize::tokenize;
use super::walk::{Dialect, record_ends};
use super::widen::Widths;
use super::workbook::WorkbookSource;
use super::{ArrowSource, Batch, Content, CsvSource, Limits, ParquetSource, ReadOptions, Source, SourceInfo, file_name, sniff};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::jobs::{Cancel, Cancelled, Progress};

/// Bytes of a text whose records are looked at, and records that are looked at whatever they take.
const LOOKED: (usize, usize) = (1 << 20, 50);

/// The first rows of a table.
pub struct Glimpse {
    /// Names of its columns, as far as these rows tell how many there are.
    pub names: Vec<String>,
    /// The rows below the header, in one or more pieces.
    pub cells: Vec<Cells>,
}

/// How a table was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What the file was read as.
    pub info: SourceInfo,
    /// Lines before the table that are no part of it; 0 for all but texts.
    pub skipped_lines: u64,
    /// Sheets of a workbook in which a cell stands.
    pub filled_sheets: Vec<String>,
}

/// The beginning of a table, and what is known of it.
pub struct Beginning {
    /// The table.
    pub source: Box<dyn Source>,
    /// Its first rows.
    pub glimpse: Glimpse,
    /// How it was read.
    pub facts: Facts,
    /// How it would be read without choices, where it can be.
    pub detected: Option<Facts>,
    /// The encoding was guessed with little to go by.
    pub doubtful_encoding: bool,
    /// What else was.
    pub doubts: Doubts,
}

/// Opens a file as a table and reads its beginning. Of a text only its start is judged, of a workbook in the form of today's Excel
/// only the sheet's first rows are unfolded; others are opened as a whole.
///
/// # Errors
/// As those of [`super::open`], as far as the beginning shows them; and when cancelled.
pub fn begin(path: &Path, options: &ReadOptions, limits: &Limits, cancel: &Cancel) -> Result<Beginning, DataError> {
    match sniff(path)? {
        Content::Text(packing) => text(path, packing, options, limits, cancel),
        Content::Parquet => plain(Box::new(ParquetSource::open(path, limits)?), cancel),
        Content::Arrow => plain(Box::new(ArrowSource::open(path, limits)?), cancel),
        content => workbook(WorkbookSource::open(path, content, options, limits)?, cancel),
    }
}

fn text(path: &Path, packing: Packing, options: &ReadOptions, limits: &Limits, cancel: &Cancel) -> Result<Beginning, DataError> {
    let packed = Packed::new(path, packing, limits).map_err(|error| text_error(&file_name(path), error))?;
    let (charset, few) = detect_start(&packed).map_err(|error| text_error(&file_name(path), error))?;
    cancel.check()?;
    let automatic = ReadOptions { encoding: Some(charset.name().into()), ..ReadOptions::default() };
    let chosen = ReadOptions { encoding: options.encoding.clone().or(automatic.encoding.clone()), ..options.clone() };
    let source = CsvSource::open(path, packing, &chosen, limits)?;
    let facts = |source: &CsvSource| Facts { info: source.info().clone(), skipped_lines: source.form.skip, ..Facts::default() };
    let detected = if *options == ReadOptions::default() {
        Some(facts(&source))
    } else {
        CsvSource::open(path, packing, &automatic, limits).ok().map(|source| facts(&source))
    };
    let (doubts, found) = (source.doubts(&chosen)?, facts(&source));
    let doubtful_encoding = few && options.encoding.is_none();
    let (source, glimpse) = glimpse(Box::new(source), cancel)?;
    Ok(Beginning { source, glimpse, facts: found, detected, doubtful_encoding, doubts })
}

/// A file that leaves nothing to choose.
fn plain(source: Box<dyn Source>, cancel: &Cancel) -> Result<Beginning, DataError> {
    let facts = Facts { info: source.info().clone(), ..Facts::default() };
    let (source, glimpse) = glimpse(source, cancel)?;
    let detected = Some(facts.clone());
    Ok(Beginning { source, glimpse, facts, detected, doubtful_encoding: false, doubts: Doubts::default() })
}

fn workbook(source: WorkbookSource, cancel: &Cancel) -> Result<Beginning, DataError> {
    let filled_sheets = source.filled_sheets(cancel)?;
    let facts = Facts { info: source.info().clone(), filled_sheets, ..Facts::default() };
    let first = SourceInfo { sheet: facts.filled_sheets.first().cloned(), ..facts.info.clone() };
    let (source, glimpse) = glimpse(Box::new(source), cancel)?;
    let detected = Some(Facts { info: first, ..facts.clone() });
    Ok(Beginning { source, glimpse, facts, detected, doubtful_encoding: false, doubts: Doubts::default() })
}

fn glimpse(mut source: Box<dyn Source>, cancel: &Cancel) -> Result<(Box<dyn Source>, Glimpse), DataError> {
    loop {
        match source.glimpse(cancel) {
            Ok(glimpse) => return Ok((source, glimpse)),
            Err(error) => source = source.wider(cancel).ok_or(error)??,
        }
    }
}

/// The rows of the first batches.
///
/// # Errors
/// Those of the source.
pub fn of_first_batches<S: Source + ?Sized>(source: &S, cancel: &Cancel) -> Result<Glimpse, DataError> {
    first_of(source, cancel, |sink| source.batches(cancel, &Progress::new(), sink))
}

/// The rows of the first batches that `give` has for the sink, which refuses more when there are enough.
///
/// # Errors
/// Those of the source.
pub fn first_of<S: Source + ?Sized>(
    source: &S,
    cancel: &Cancel,
    give: impl FnOnce(&mut dyn FnMut(Batch) -> Result<(), DataError>) -> Result<(), DataError>,
) -> Result<Glimpse, DataError> {
    let (mut all, mut rows) = (Vec::new(), 0);
    let given = give(&mut |batch| {
        let (cells, _) = source.cells(batch)?;
        rows += cells.rows();
        all.push(cells);
        if rows < LOOKED.1 { Ok(()) } else { Err(DataError::Cancelled(Cancelled)) }
    });
    cancel.check()?;
    if rows < LOOKED.1 {
        given?;
    }
    Ok(Glimpse { names: source.header().to_vec(), cells: all })
}

/// The first records of a text. They are as wide as the longest of them; a table whose longer rows come later is wider in the end.
///
/// # Errors
/// Those of the source.
pub fn of_text(source: &CsvSource, cancel: &Cancel) -> Result<Glimpse, DataError> {
    let mut text = Vec::new();
    let given = source.batches(cancel, &Progress::new(), &mut |batch| {
        if let Batch::Text(found) = batch {
            text.extend(found);
        }
        // A last record without an end comes by itself.
        if text.len() > LOOKED.0 { Err(DataError::Cancelled(Cancelled)) } else { Ok(()) }
    });
    cancel.check()?;
    let whole = text.len() <= LOOKED.0;
    if whole {
        given?;
    }
    text.truncate(records_end(&text, source.form.dialect));
    let before = source.first_row().saturating_sub(1);
    cells_of(source, text, whole).map_err(|error| error.after(before))
}

/// Where the records end that are looked at.
fn records_end(text: &[u8], dialect: Dialect) -> usize {
    let (mut records, mut end) = (0, text.len());
    record_ends(text, dialect, |place| {
        records += 1;
        let enough = place >= LOOKED.0 && records >= LOOKED.1;
        if enough {
            end = place + 1;
        }
        enough
    });
    end
}

/// The cells of whole records; `whole` when they are all that there are.
fn cells_of(source: &CsvSource, text: Vec<u8>, whole: bool) -> Result<Glimpse, DataError> {
    source.check_text(&text)?;
    let (dialect, named) = (source.form.dialect, source.form.names.len());
    let mut widths = Widths::new(named);
    widths.add(text.clone(), dialect);
    if whole && widths.long > 0 && !widths.make_a_table() {
        return Err(source.ragged(&widths));
    }
    let names = source.names(widths.widest)?;
    let (cells, _) = tokenize(text, dialect, names.len(), named).map_err(|bad| source.bad_record(bad))?;
    Ok(Glimpse { names, cells: vec![cells] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_records_are_looked_at() {
        let usual = Dialect::usual(b',');
        assert_eq!(records_end(b"a,\"b\nc\"\nd,e\n", usual), 12);
        let long = [b"x,y\n".repeat(LOOKED.0 / 4), b"\"a\nb\",c\nd,e\n".to_vec()].concat();
        assert_eq!(records_end(&long, usual), LOOKED.0 + 8, "not within marks");
        let wide = [&b"x".repeat(LOOKED.0 / 8)[..], b"\n"].concat().repeat(LOOKED.1 + 5);
        assert_eq!(records_end(&wide, usual), (LOOKED.0 / 8 + 1) * LOOKED.1, "rows however long they are");
    }
}
