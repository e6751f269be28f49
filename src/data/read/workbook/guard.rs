//! Opening a workbook that may be made to do harm: what it unfolds to is measured before it is believed.

use std::fs::File;
use std::io::{self, BufReader, Read, Write, copy};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::memmem;

use super::records::check_records;
use crate::data::DataError;
use crate::data::read::refusal::damaged;
use crate::data::read::{Limits, file_name};
use crate::data::reason::grouped;

/// A workbook that unfolds to more than this many times its size is made to do harm; real ones stay under 40.
const MAX_RATIO: u64 = 200;
/// Unfolding up to here is harmless at any ratio.
const SMALL: u64 = 128 << 20;
/// The shortest text of the list of shared ones: `<si/>`.
const SHORTEST_TEXT: u64 = 5;

/// Unfolds parts into nothing, counting: the sizes that an archive declares may lie.
pub struct Check {
    /// Where the file is.
    pub path: PathBuf,
    /// Its name, for messages.
    pub file: String,
    size: u64,
    most: u64,
    unfolded: AtomicU64,
}

impl Check {
    /// For a file, of which nothing is unfolded yet.
    ///
    /// # Errors
    /// When its size cannot be asked for.
    pub fn new(path: &Path, limits: &Limits) -> Result<Self, DataError> {
        let file = file_name(path);
        let size = std::fs::metadata(path).map_err(|source| DataError::Read { file: file.clone(), source })?.len();
        let most = limits.unfolding(size, SMALL, MAX_RATIO);
        Ok(Self { path: path.into(), file, size, most, unfolded: AtomicU64::new(0) })
    }

    /// The file as an archive.
    ///
    /// # Errors
    /// When it cannot be read or is none.
    pub fn archive(&self) -> Result<zip::ZipArchive<BufReader<File>>, DataError> {
        let source = File::open(&self.path).map_err(|source| DataError::Read { file: self.file.clone(), source })?;
        zip::ZipArchive::new(BufReader::new(source)).map_err(|error| damaged(&self.file, error.to_string()))
    }

    /// Counts from nothing again.
    pub fn restart(&self) {
        self.unfolded.store(0, Ordering::Relaxed);
    }

    fn add(&self, bytes: usize) -> io::Result<()> {
        let bytes = bytes as u64;
        let all = self.unfolded.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if all > self.most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(()) }
    }

    /// Runs `open` while all that it will unfold is measured: the parts that are sheets, which come cell by cell, beside it, and all
    /// others, which are held as a whole, before.
    pub fn beside<T: Send>(&self, open: impl FnOnce() -> Result<T, DataError>) -> Result<T, DataError> {
        std::thread::scope(|scope| {
            let sheets = scope.spawn(|| self.unfold(true));
            let book = self.unfold(false).and_then(|()| open());
            let sheets = sheets.join().unwrap_or_else(|_| Err(damaged(&self.file, "its parts contradict each other".into())));
            sheets.and(book)
        })
    }

    fn unfold(&self, sheets: bool) -> Result<(), DataError> {
        let mut archive = self.archive()?;
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(|error| damaged(&self.file, error.to_string()))?;
            let name = entry.name().map(|name| name.to_string()).unwrap_or_default();
            if is_sheet(&name) != sheets || is_picture(&name) {
                continue;
            }
            if is_records(&name) {
                let part = BufReader::with_capacity(1 << 16, Counted::new(entry, self));
                check_records(part, sheets).map_err(|error| part_error(self, &name, &error))?;
            } else {
                self.unfold_part(entry, &name, if sheets { None } else { Some(Counts::default()) })?;
            }
        }
        Ok(())
    }

    fn unfold_part(&self, part: impl Read, name: &str, counts: Option<Counts>) -> Result<(), DataError> {
        let mut meter = Meter { check: self, bytes: 0, counts };
        if let Err(error) = copy(&mut BufReader::with_capacity(1 << 16, part), &mut meter) {
            return Err(part_error(self, name, &error));
        }
        let most = meter.bytes / SHORTEST_TEXT;
        match meter.counts {
            Some(Counts { largest, .. }) if largest > most => Err(damaged(
                &self.file,
                format!("its part {name} claims {} texts and has room for {}", grouped(largest.into()), grouped(most.into())),
            )),
            _ => Ok(()),
        }
    }

    fn too_large(&self) -> DataError {
        let [size, most] = [self.size, self.most].map(|bytes| grouped(bytes.into()));
        DataError::TooLarge {
            file: self.file.clone(),
            what: format!("{size} bytes unfold to more than {most} bytes, which no real workbook does"),
        }
    }
}

/// Why a part could not be read.
pub fn part_error(check: &Check, name: &str, error: &io::Error) -> DataError {
    if error.kind() == io::ErrorKind::FileTooLarge {
        return check.too_large();
    }
    damaged(&check.file, format!("its part {name} cannot be unpacked ({error})"))
}

fn is_sheet(name: &str) -> bool {
    name.to_ascii_lowercase().contains("worksheets/") && !name.ends_with(".rels")
}

/// Pictures and the like are never unfolded.
fn is_picture(name: &str) -> bool {
    name.to_ascii_lowercase().contains("/media/")
}

/// Whether a part is made of the records of a binary workbook.
fn is_records(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let known = ["xl/workbook.bin", "xl/sharedstrings.bin", "xl/styles.bin"];
    known.contains(&&*name) || (is_sheet(&name) && name.ends_with(".bin"))
}

/// Counts what is read of a part.
pub struct Counted<'a, R> {
    part: R,
    check: &'a Check,
}

impl<'a, R: Read> Counted<'a, R> {
    /// Of a part that starts here.
    pub fn new(part: R, check: &'a Check) -> Self {
        Self { part, check }
    }
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(out)?;
        self.check.add(read)?;
        Ok(read)
    }
}

/// Takes the bytes of a part.
struct Meter<'a> {
    check: &'a Check,
    bytes: u64,
    counts: Option<Counts>,
}

impl Write for Meter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len() as u64;
        self.check.add(bytes.len())?;
        if let Some(counts) = &mut self.counts {
            counts.look(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Looks for the number of texts that a part claims to have: room for them is made before they are read.
#[derive(Default)]
struct Counts {
    /// The end of the bytes before, in which the claim may begin.
    tail: Vec<u8>,
    largest: u64,
}

impl Counts {
    fn look(&mut self, bytes: &[u8]) {
        const NAME: &[u8] = b"uniqueCount";
        const LONGEST: usize = 64;
        self.tail.extend_from_slice(bytes);
        for place in memmem::find_iter(&self.tail, NAME) {
            let after = self.tail.get(place + NAME.len()..).unwrap_or_default();
            let digits = after.iter().skip_while(|byte| matches!(byte, b' ' | b'=' | b'"' | b'\'' | b'\n' | b'\r' | b'\t'));
            let number = digits
                .take_while(|byte| byte.is_ascii_digit())
                .fold(0u64, |n, d| n.saturating_mul(10).saturating_add(u64::from(d - b'0')));
            self.largest = self.largest.max(number);
        }
        let start = self.tail.len().saturating_sub(LONGEST);
        self.tail.drain(..start);
    }
}

/// The system's refusal to read, or damage: an archive that breaks off reads as an early end.
pub fn read_error(file: &str, source: io::Error) -> DataError {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    if matches!(source.kind(), InvalidData | InvalidInput | Other | UnexpectedEof) {
        return damaged(file, source.to_string());
    }
    DataError::Read { file: file.into(), source }
}
