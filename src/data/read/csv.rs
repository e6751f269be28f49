//! Text with separators (CSV, TSV…), as RFC 4180 and Excel write it: quotation marks around cells, doubled inside.

use std::path::{Path, PathBuf};

use encoding_rs::Encoding;

use super::tokenize::{find_delimiter, first_record, first_record_end, last_record_end, tokenize};
use super::transcode::{Utf8Reader, detect};
use super::{Batch, ReadOptions, Source, SourceInfo, file_name, unique_names};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::jobs::{Cancel, Progress};

/// Text given to a worker at a time.
const BATCH: usize = 4 << 20;
/// The longest record; a longer one is a quotation mark that nobody closed.
const MAX_RECORD: usize = 256 << 20;
/// The most columns that a table may have; Excel's own bound is 16,384.
const MAX_COLUMNS: usize = 65_536;

/// A text table in a file.
#[derive(Debug)]
pub struct CsvSource {
    path: PathBuf,
    encoding: &'static Encoding,
    delimiter: u8,
    header: Vec<String>,
    info: SourceInfo,
    stamp: (u64, Option<std::time::SystemTime>),
}

impl CsvSource {
    /// Finds encoding and separator where they were not chosen, and reads the header.
    ///
    /// # Errors
    /// When the file cannot be read or its header makes no sense.
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, DataError> {
        let file = file_name(path);
        let read_error = |source| DataError::Read { file: file.clone(), source };
        let stamp = stamp(path).map_err(read_error)?;
        let encoding = match &options.encoding {
            Some(label) => Encoding::for_label(label.as_bytes()).ok_or_else(|| unknown_encoding(&file, label))?,
            None => detect(path).map_err(read_error)?,
        };
        let mut head = vec![0; 1 << 20];
        let mut reader = Utf8Reader::open(path, encoding).map_err(read_error)?;
        let filled = reader.fill(&mut head, 0).map_err(|source| text_error(&file, source))?;
        head.truncate(filled);
        let delimiter = options.delimiter.unwrap_or_else(|| find_delimiter(&head));
        let names = first_record(&head, delimiter);
        if names.len() > MAX_COLUMNS {
            return Err(DataError::TooLarge { file, what: format!("its header has {} columns, at most {MAX_COLUMNS} are read", names.len()) });
        }
        let info = SourceInfo {
            file,
            format: "csv".into(),
            encoding: Some(encoding.name().into()),
            delimiter: Some(char::from(delimiter)),
            ..SourceInfo::default()
        };
        let header = unique_names(names.into_iter());
        Ok(Self { path: path.into(), encoding, delimiter, header, info, stamp })
    }

    fn damaged(&self, reason: String) -> DataError {
        DataError::Damaged { file: self.info.file.clone(), place: String::new(), reason }
    }

    fn read_error(&self, source: std::io::Error) -> DataError {
        text_error(&self.info.file, source)
    }
}

impl Source for CsvSource {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn size(&self) -> u64 {
        self.stamp.0
    }

    fn batches(&self, cancel: &Cancel, progress: &Progress, sink: &mut dyn FnMut(Batch) -> Result<(), DataError>) -> Result<(), DataError> {
        let mut reader = Utf8Reader::open(&self.path, self.encoding).map_err(|e| self.read_error(e))?;
        let (mut carry, mut told, mut header_left) = (Vec::new(), 0, true);
        loop {
            cancel.check()?;
            let kept = carry.len();
            let mut text = carry;
            text.resize(kept + BATCH, 0);
            let filled = reader.fill(&mut text, kept).map_err(|e| self.read_error(e))?;
            text.truncate(filled);
            progress.add(reader.taken - told);
            told = reader.taken;
            let ended = filled == kept;
            let cut = if ended { text.len() } else { last_record_end(&text, self.delimiter) };
            if !ended && cut == 0 && text.len() > MAX_RECORD {
                return Err(self.damaged("a quotation mark is opened and not closed within 256 MB".into()));
            }
            carry = text.split_off(cut);
            if header_left && cut > 0 {
                text.drain(..first_record_end(&text, self.delimiter));
                header_left = false;
            }
            if !text.is_empty() {
                sink(Batch::Text(text))?;
            }
            if ended {
                break;
            }
        }
        if stamp(&self.path).map_err(|e| self.read_error(e))? != self.stamp {
            return Err(DataError::Changed { file: self.info.file.clone() });
        }
        Ok(())
    }

    fn cells(&self, batch: Batch) -> Result<(Cells, u64), DataError> {
        let Batch::Text(text) = batch else { return Ok((Cells::new(0, self.header.len()), 0)) };
        if let Err(error) = std::str::from_utf8(&text) {
            return Err(self.damaged(format!("its text is not valid UTF-8 ({error} of a block)")));
        }
        let columns = self.header.len();
        tokenize(text, self.delimiter, columns)
            .map_err(|long| DataError::LongRow { file: self.info.file.clone(), row: long.row, cells: long.cells, columns })
    }
}

/// Size and time of change: another value later means that the file became another.
fn stamp(path: &Path) -> std::io::Result<(u64, Option<std::time::SystemTime>)> {
    let meta = std::fs::metadata(path)?;
    Ok((meta.len(), meta.modified().ok()))
}

fn unknown_encoding(file: &str, label: &str) -> DataError {
    DataError::NotATable {
        file: file.into(),
        looks_like: format!("text for which the encoding “{label}” was asked, which is not known"),
        next_step: "Use a name such as utf-8, utf-16le, windows-1252, shift_jis or gb18030.".into(),
    }
}

/// Bytes that are no text are damage; the rest is the system's refusal to read.
fn text_error(file: &str, source: std::io::Error) -> DataError {
    if source.kind() == std::io::ErrorKind::InvalidData {
        return DataError::Damaged { file: file.into(), place: String::new(), reason: source.to_string() };
    }
    DataError::Read { file: file.into(), source }
}
