//! Text with separators (CSV, TSV…), as RFC 4180, Excel and others write it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::charset::{Charset, detect};
use super::dialect::{Doubts, Form, Formless};
use super::packing::{Packed, Packing};
use super::preview::{self, Glimpse};
use super::refusal::damaged;
use super::tokenize::{BadRecord, Fault, FirstRecord, tokenize};
use super::transcode::{NoText, Utf8Reader};
use super::walk::{Dialect, NO_QUOTE, ends_quoted, last_record_end};
use super::widen::Widths;
use super::{Batch, Limits, ReadOptions, RowCounts, Source, SourceInfo, Stamp, batch_bytes, file_name, unique_names};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::data::reason::grouped;
use crate::jobs::{Cancel, Progress};

/// Text looked at to find out what it is.
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
    pub(super) packed: Packed,
    pub(super) charset: Charset,
    pub(super) form: Form,
    header: Vec<String>,
    info: SourceInfo,
    stamp: Stamp,
    /// A row was found that is longer than the table is wide.
    long: AtomicBool,
}

impl CsvSource {
    /// Finds out what was not chosen, and reads the header.
    ///
    /// # Errors
    /// When the file cannot be read, is packed and unfolds to more than `limits`, or its header makes no sense.
    pub fn open(path: &Path, packing: Packing, options: &ReadOptions, limits: &Limits) -> Result<Self, DataError> {
        let file = file_name(path);
        let read_error = |source| text_error(&file, source);
        let packed = Packed::new(path, packing, limits).map_err(read_error)?;
        let stamp = Stamp::of(path).map_err(read_error)?;
        let charset = match &options.encoding {
            Some(label) => Charset::for_label(label).ok_or_else(|| unknown_encoding(&file, label))?,
            None => detect(&packed).map_err(read_error)?,
        };
        let (head, line_end) = read_head(&packed, charset, options.skip_lines.unwrap_or(0)).map_err(read_error)?;
        // What is valid UTF-8 but for a letter that the end of this piece cuts is judged when the rest is read.
        if let Err(error) = std::str::from_utf8(&head)
            && error.error_len().is_some()
        {
            let row = memchr::memchr_iter(line_end, head.get(..error.valid_up_to()).unwrap_or_default()).count() as u64 + 1;
            return Err(DataError::NoText { file, row, encoding: charset.name() });
        }
        let form = Form::find(&head, line_end, options).map_err(|reason| formless(&file, &reason, options))?;
        let info = SourceInfo {
            file,
            format: "csv".into(),
            encoding: Some(charset.name().into()),
            delimiter: Some(char::from(form.dialect.delimiter)),
            quote: (form.dialect.quote != NO_QUOTE).then(|| char::from(form.dialect.quote)),
            escaped: form.dialect.escaped,
            headless: form.headless,
            ..SourceInfo::default()
        };
        let header = unique_names(form.names.iter().cloned());
        let source = Self { path: path.into(), packed, charset, form, header, info, stamp, long: AtomicBool::new(false) };
        if source.header.len() > MAX_COLUMNS { Err(source.too_wide(source.header.len())) } else { Ok(source) }
    }

    /// The same table as wide as its longest row.
    fn widened(&self, cancel: &Cancel) -> Result<Self, DataError> {
        let named = self.form.names.len();
        let mut widths = Widths::new(named);
        self.batches(cancel, &Progress::new(), &mut |batch| {
            if let Batch::Text(text) = batch {
                widths.add(text, self.form.dialect);
            }
            Ok(())
        })?;
        if !widths.make_a_table() {
            return Err(self.ragged(&widths));
        }
        Ok(Self {
            path: self.path.clone(),
            packed: self.packed.clone(),
            charset: self.charset,
            form: self.form.clone(),
            header: self.names(widths.widest)?,
            info: SourceInfo { unnamed: widths.widest.saturating_sub(named), ..self.info.clone() },
            stamp: self.stamp,
            long: AtomicBool::new(false),
        })
    }

    /// Names of so many columns, or of those of the header where they are more.
    ///
    /// # Errors
    /// When they are more than there may be.
    pub(super) fn names(&self, columns: usize) -> Result<Vec<String>, DataError> {
        if columns > MAX_COLUMNS {
            return Err(self.too_wide(columns));
        }
        let named = self.form.names.iter().cloned();
        let columns = columns.max(named.len());
        Ok(unique_names(named.chain(std::iter::repeat(String::new())).take(columns)))
    }

    /// That most rows are longer than the header.
    pub(super) fn ragged(&self, widths: &Widths) -> DataError {
        let (row, cells) = widths.first_long.unwrap_or_default();
        let (row, file) = (row + self.first_row() - 1, self.info.file.clone());
        DataError::Ragged { file, row, cells, columns: self.form.names.len(), long: widths.long, rows: widths.rows }
    }

    /// What was found out with little evidence, when it was opened with these options.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn doubts(&self, options: &ReadOptions) -> Result<Doubts, DataError> {
        let head = read_head(&self.packed, self.charset, options.skip_lines.unwrap_or(0));
        let (head, _) = head.map_err(|error| self.read_error(error))?;
        Ok(self.form.doubts(&head, options))
    }

    fn dialect(&self) -> Dialect {
        self.form.dialect
    }

    fn damaged(&self, reason: String) -> DataError {
        damaged(&self.info.file, reason)
    }

    fn too_wide(&self, columns: usize) -> DataError {
        DataError::TooLarge {
            file: self.info.file.clone(),
            what: format!("it has {columns} columns, at most {MAX_COLUMNS} are read"),
        }
    }

    fn read_error(&self, source: std::io::Error) -> DataError {
        text_error(&self.info.file, source)
    }

    /// Takes away what stands before the first row in the first complete records. Tells whether more of it may come.
    fn drain_header(&self, text: &mut Vec<u8>) -> bool {
        let first = FirstRecord::find(text, self.dialect());
        let end = if self.form.headless { first.start } else { first.end.unwrap_or(text.len()) };
        text.drain(..end);
        first.end.is_none()
    }

    /// Whole records must be text; an error's row is counted from the first of them.
    pub(super) fn check_text(&self, text: &[u8]) -> Result<(), DataError> {
        let Err(error) = std::str::from_utf8(text) else { return Ok(()) };
        let before = text.get(..error.valid_up_to()).unwrap_or_default();
        let row = memchr::memchr_iter(self.dialect().line_end, before).count() as u64 + 1;
        Err(DataError::NoText { file: self.info.file.clone(), row, encoding: self.charset.name() })
    }

    /// A record that makes no row, as an error; its row is counted from the batch's first.
    pub(super) fn bad_record(&self, BadRecord { row, fault }: BadRecord) -> DataError {
        let (file, columns) = (self.info.file.clone(), self.header.len());
        match fault {
            Fault::Long(cells) => {
                self.long.store(true, Ordering::Relaxed);
                DataError::LongRow { file, row, cells, columns }
            }
            Fault::OpenQuote => DataError::OpenQuote { file, row },
            Fault::Sparse => DataError::TooLarge {
                file,
                what: format!("most of its rows are far shorter than the {columns} columns of its header"),
            },
        }
    }
}

impl Source for CsvSource {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn first_row(&self) -> u64 {
        self.form.skip + self.form.blank + if self.form.headless { 1 } else { 2 }
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn size(&self) -> u64 {
        self.stamp.size
    }

    fn wider(&self, cancel: &Cancel) -> Option<Result<Box<dyn Source>, DataError>> {
        let widened = || self.widened(cancel).map(|source| Box::new(source) as Box<dyn Source>);
        self.long.load(Ordering::Relaxed).then(widened)
    }

    fn glimpse(&self, cancel: &Cancel) -> Result<Glimpse, DataError> {
        preview::of_text(self, cancel)
    }

    fn notes(&self) -> Vec<String> {
        let skipped = &self.form.skipped;
        match self.form.skip {
            0 => Vec::new(),
            1 => vec![format!("One line before the table was left out: “{skipped}”.")],
            lines => vec![format!("{} lines before the table were left out; they begin with “{skipped}”.", grouped(lines.into()))],
        }
    }

    fn batches(
        &self,
        cancel: &Cancel,
        progress: &Progress,
        sink: &mut dyn FnMut(Batch) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let mut reader = Utf8Reader::open(&self.packed, self.charset).map_err(|e| self.read_error(e))?;
        let (mut carry, mut told, mut header_left, mut lines_left) = (Vec::new(), 0, true, self.form.skip);
        loop {
            cancel.check()?;
            let kept = carry.len();
            let mut text = carry;
            text.resize(kept + batch_bytes(self.header.len()), 0);
            let filled = reader.fill(&mut text, kept).map_err(|e| self.read_error(e))?;
            text.truncate(filled);
            progress.add(reader.taken() - told);
            told = reader.taken();
            let ended = filled == kept;
            drain_lines(&mut text, self.dialect().line_end, &mut lines_left);
            let cut = if ended { text.len() } else { last_record_end(&text, self.dialect()) };
            if !ended && cut == 0 && text.len() > MAX_RECORD {
                // Whoever splits it into cells finds the open quotation mark, and knows its row.
                let open_quote = ends_quoted(&text, self.dialect());
                return if open_quote { sink(Batch::Text(text)) } else { Err(self.damaged(LONG_LINE.into())) };
            }
            carry = text.split_off(cut);
            if header_left && cut > 0 {
                header_left = self.drain_header(&mut text);
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
        self.check_text(&text)?;
        tokenize(text, self.dialect(), self.header.len(), self.form.names.len()).map_err(|bad| self.bad_record(bad))
    }
}

/// Takes away so many lines at the start of a text, and counts them.
fn drain_lines(text: &mut Vec<u8>, line_end: u8, lines: &mut u64) {
    let mut end = 0;
    while *lines > 0 {
        let Some(place) = text.get(end..).and_then(|rest| memchr::memchr(line_end, rest)) else {
            text.clear();
            return;
        };
        (end, *lines) = (end + place + 1, *lines - 1);
    }
    text.drain(..end);
}

/// The start of the file, at least `skip` lines and the next, and what its lines end in. A text without another line gets an end.
fn read_head(packed: &Packed, charset: Charset, skip: u64) -> std::io::Result<(Vec<u8>, u8)> {
    let mut reader = Utf8Reader::open(packed, charset)?;
    let (mut head, mut filled) = (Vec::new(), 0);
    loop {
        let from = filled;
        if from > MAX_RECORD {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, LONG_LINE));
        }
        head.resize((head.len() * 4).clamp(HEAD, MAX_RECORD + HEAD), 0);
        let most = reader.fill(&mut head, from)?;
        // Whether there is more, a little of it tells.
        head.resize(most + 16, 0);
        filled = reader.fill(&mut head, most)?;
        let text = head.get(..filled).unwrap_or_default();
        let (line_end, ended) = (line_end(text), filled == most);
        if ended || memchr::memchr_iter(line_end, text).count() as u64 > skip {
            head.truncate(filled);
            if ended && head.last() != Some(&line_end) {
                head.push(line_end);
            }
            return Ok((head, line_end));
        }
    }
}

/// What lines end in: a carriage return where no line feed stands outside of quotation marks.
fn line_end(text: &[u8]) -> u8 {
    if memchr::memchr(b'\r', text).is_none() {
        return b'\n';
    }
    let (mut quoted, mut old) = (false, false);
    for place in memchr::memchr3_iter(b'"', b'\n', b'\r', text) {
        match text.get(place) {
            Some(b'"') => quoted = !quoted,
            Some(b'\n') if !quoted => return b'\n',
            Some(b'\r') if !quoted => old = text.get(place + 1) != Some(&b'\n'),
            _ => {}
        }
    }
    if old { b'\r' } else { b'\n' }
}

/// Why a text makes no table, for a person.
fn formless(file: &str, reason: &Formless, options: &ReadOptions) -> DataError {
    let file = file.to_owned();
    let (looks_like, next_step) = match reason {
        Formless::OpenQuote(row) => return DataError::OpenQuote { file, row: *row },
        Formless::Short => {
            let lines = options.skip_lines.unwrap_or(1);
            (format!("text without a table behind its first {} lines", grouped(lines.into())), "Skip fewer lines (--skip-lines).")
        }
        Formless::SameSign => {
            ("text for which one sign was chosen as separator and as quotation mark".into(), "Choose another one of the two.")
        }
    };
    DataError::NotATable { file, looks_like, next_step: next_step.into() }
}

fn unknown_encoding(file: &str, label: &str) -> DataError {
    DataError::NotATable {
        file: file.into(),
        looks_like: format!("text for which the encoding “{label}” was asked, which is not known"),
        next_step: "Use a name such as utf-8, utf-16le, windows-1252, macintosh, shift_jis or gb18030.".into(),
    }
}

/// Bytes that are no text are damage; the rest is the system's refusal to read.
pub(super) fn text_error(file: &str, source: std::io::Error) -> DataError {
    if let Some(NoText { line, encoding }) = source.get_ref().and_then(|inner| inner.downcast_ref()) {
        return DataError::NoText { file: file.into(), row: *line, encoding };
    }
    match source.kind() {
        _ if source.raw_os_error().is_some() => DataError::Read { file: file.into(), source },
        std::io::ErrorKind::InvalidData => damaged(file, source.to_string()),
        std::io::ErrorKind::FileTooLarge => DataError::TooLarge { file: file.into(), what: source.to_string() },
        _ => DataError::Read { file: file.into(), source },
    }
}
