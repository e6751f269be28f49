//! Text with separators (CSV, TSV…), as RFC 4180 and Excel write it: quotation marks around cells, doubled inside.

use std::path::{Path, PathBuf};

use encoding_rs::Encoding;

use super::packing::{Packed, Packing};
use super::refusal::damaged;
use super::tokenize::{BadRecord, Fault, FirstRecord, ends_quoted, find_delimiter, last_record_end, tokenize};
use super::transcode::{Utf8Reader, detect};
use super::{Batch, Limits, ReadOptions, RowCounts, Source, SourceInfo, Stamp, batch_bytes, file_name, unique_names};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::jobs::{Cancel, Progress};

/// Text looked at to find separator and header.
const HEAD: usize = 1 << 20;
/// The longest record; a longer one is a quotation mark that nobody closed, or no table.
const MAX_RECORD: usize = 64 << 20;
const LONG_LINE: &str = "one of its lines is longer than 64 MB";
/// The most columns that a table may have; Excel's own bound is 16,384.
const MAX_COLUMNS: usize = 65_536;

/// A text table in a file.
#[derive(Debug)]
pub struct CsvSource {
    path: PathBuf,
    packed: Packed,
    encoding: &'static Encoding,
    delimiter: u8,
    /// Lines end in a carriage return alone, as on old Macintosh computers.
    old_line_ends: bool,
    blank_before_header: u64,
    header: Vec<String>,
    info: SourceInfo,
    stamp: Stamp,
}

impl CsvSource {
    /// Finds encoding and separator where they were not chosen, and reads the header.
    ///
    /// # Errors
    /// When the file cannot be read, is packed and unfolds to more than `limits`, or its header makes no sense.
    pub fn open(path: &Path, packing: Packing, options: &ReadOptions, limits: &Limits) -> Result<Self, DataError> {
        let file = file_name(path);
        let read_error = |source| text_error(&file, source);
        let packed = Packed::new(path, packing, limits).map_err(read_error)?;
        let stamp = Stamp::of(path).map_err(read_error)?;
        let encoding = match &options.encoding {
            Some(label) => Encoding::for_label(label.as_bytes()).ok_or_else(|| unknown_encoding(&file, label))?,
            None => detect(&packed).map_err(read_error)?,
        };
        let (head, old_line_ends) = read_head(&packed, encoding).map_err(read_error)?;
        let delimiter = options.delimiter.unwrap_or_else(|| find_delimiter(&head));
        let first = FirstRecord::find(&head, delimiter);
        let names = first.names(&head, delimiter).map_err(|_| DataError::OpenQuote { file: file.clone(), row: first.blank + 1 })?;
        if names.len() > MAX_COLUMNS {
            return Err(DataError::TooLarge {
                file,
                what: format!("its header has {} columns, at most {MAX_COLUMNS} are read", names.len()),
            });
        }
        let info = SourceInfo {
            file,
            format: "csv".into(),
            encoding: Some(encoding.name().into()),
            delimiter: Some(char::from(delimiter)),
            ..SourceInfo::default()
        };
        let header = unique_names(names.into_iter());
        Ok(Self {
            path: path.into(),
            packed,
            encoding,
            delimiter,
            old_line_ends,
            blank_before_header: first.blank,
            header,
            info,
            stamp,
        })
    }

    fn mend_line_ends(&self, text: &mut [u8]) {
        mend_line_ends(text, self.old_line_ends);
    }

    fn damaged(&self, reason: String) -> DataError {
        damaged(&self.info.file, reason)
    }

    fn read_error(&self, source: std::io::Error) -> DataError {
        text_error(&self.info.file, source)
    }
}

impl Source for CsvSource {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn first_row(&self) -> u64 {
        self.blank_before_header + 2
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn size(&self) -> u64 {
        self.stamp.size
    }

    fn batches(
        &self,
        cancel: &Cancel,
        progress: &Progress,
        sink: &mut dyn FnMut(Batch) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let mut reader = Utf8Reader::open(&self.packed, self.encoding).map_err(|e| self.read_error(e))?;
        let (mut carry, mut told, mut header_left) = (Vec::new(), 0, true);
        loop {
            cancel.check()?;
            let kept = carry.len();
            let mut text = carry;
            text.resize(kept + batch_bytes(self.header.len()), 0);
            let filled = reader.fill(&mut text, kept).map_err(|e| self.read_error(e))?;
            text.truncate(filled);
            self.mend_line_ends(text.get_mut(kept..).unwrap_or_default());
            progress.add(reader.taken() - told);
            told = reader.taken();
            let ended = filled == kept;
            let cut = if ended { text.len() } else { last_record_end(&text, self.delimiter) };
            if !ended && cut == 0 && text.len() > MAX_RECORD {
                // Whoever splits it into cells finds the open quotation mark, and knows its row.
                let open_quote = ends_quoted(&text, self.delimiter);
                return if open_quote { sink(Batch::Text(text)) } else { Err(self.damaged(LONG_LINE.into())) };
            }
            carry = text.split_off(cut);
            if header_left && cut > 0 {
                let end = FirstRecord::find(&text, self.delimiter).end;
                text.drain(..end.unwrap_or(text.len()));
                header_left = end.is_none();
            }
            if !text.is_empty() {
                sink(Batch::Text(text))?;
            }
            if ended {
                break;
            }
        }
        self.stamp.check(&self.path, &self.info.file)
    }

    fn cells(&self, batch: Batch) -> Result<(Cells, RowCounts), DataError> {
        let Batch::Text(text) = batch else { return Ok((Cells::new(0, self.header.len()), RowCounts::default())) };
        if let Err(error) = std::str::from_utf8(&text) {
            return Err(self.damaged(format!("its text is not valid UTF-8 ({error} of a block)")));
        }
        let columns = self.header.len();
        let file = || self.info.file.clone();
        tokenize(text, self.delimiter, columns).map_err(|BadRecord { row, fault }| match fault {
            Fault::Long(cells) => DataError::LongRow { file: file(), row, cells, columns },
            Fault::OpenQuote => DataError::OpenQuote { file: file(), row },
        })
    }
}

/// The start of the file, at least its first line, and whether its lines end in a carriage return alone; then they are mended.
fn read_head(packed: &Packed, encoding: &'static Encoding) -> std::io::Result<(Vec<u8>, bool)> {
    let mut reader = Utf8Reader::open(packed, encoding)?;
    let (mut head, mut filled) = (Vec::new(), 0);
    loop {
        let from = filled;
        if from > MAX_RECORD {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, LONG_LINE));
        }
        head.resize((head.len() * 4).clamp(HEAD, MAX_RECORD + HEAD), 0);
        filled = reader.fill(&mut head, from)?;
        let text = head.get(..filled).unwrap_or_default();
        let line_ends = memchr::memchr(b'\n', text).is_some();
        if line_ends || filled == from || memchr::memchr(b'\r', text).is_some() {
            head.truncate(filled);
            let old = !line_ends && head.contains(&b'\r');
            mend_line_ends(&mut head, old);
            return Ok((head, old));
        }
    }
}

fn mend_line_ends(text: &mut [u8], old: bool) {
    if old {
        text.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
    }
}

fn unknown_encoding(file: &str, label: &str) -> DataError {
    DataError::NotATable {
        file: file.into(),
        looks_like: format!("text for which the encoding “{label}” was asked, which is not known"),
        next_step: "Use a name such as utf-8, utf-16le, windows-1252, shift_jis or gb18030.".into(),
    }
}

/// Bytes that are no text are damage; the rest is the system's refusal to read.
pub(super) fn text_error(file: &str, source: std::io::Error) -> DataError {
    match source.kind() {
        _ if source.raw_os_error().is_some() => DataError::Read { file: file.into(), source },
        std::io::ErrorKind::InvalidData => damaged(file, source.to_string()),
        std::io::ErrorKind::FileTooLarge => DataError::TooLarge { file: file.into(), what: source.to_string() },
        _ => DataError::Read { file: file.into(), source },
    }
}
