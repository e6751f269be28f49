//! Opening a workbook that may be made to do harm: what it unfolds to is measured before it is believed.

use std::fs::File;
use std::io::{self, BufReader, Read, Write, copy};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use calamine::{Reader, Xlsx, XlsxError};
use memchr::memmem;

use super::read_error;
use crate::data::DataError;
use crate::data::read::{Limits, file_name};
use crate::data::reason::grouped;
use crate::jobs::catch_quietly;

pub type Workbook = Xlsx<BufReader<File>>;

/// A workbook that unfolds to more than this many times its size is made to do harm; real ones stay under 40.
const MAX_RATIO: u64 = 200;
/// Unfolding up to here is harmless at any ratio.
const SMALL: u64 = 128 << 20;
/// The shortest text of the list of shared ones: `<si/>`.
const SHORTEST_TEXT: u64 = 5;

/// Runs the library that takes a workbook apart. It gives up on some damaged files by panicking, which is no fault of this program and
/// so not printed as one.
pub fn caught<T>(file: &str, work: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, DataError> {
    match catch_quietly(work) {
        Ok(result) => result.map_err(|error| workbook_error(file, error)),
        Err(_) => Err(damaged(file, "its parts contradict each other".into())),
    }
}

/// Opens a workbook after measuring what it unfolds to, sheets and other parts at once.
pub fn open(path: &Path, limits: &Limits) -> Result<Workbook, DataError> {
    let check = Check::new(path, limits)?;
    std::thread::scope(|scope| {
        let sheets = scope.spawn(|| check.unfold(true));
        let book = check.unfold(false).and_then(|()| open_unchecked(path));
        let sheets = sheets.join().unwrap_or_else(|_| Err(damaged(&file_name(path), "its parts contradict each other".into())));
        sheets.and(book)
    })
}

fn open_unchecked(path: &Path) -> Result<Workbook, DataError> {
    let file = file_name(path);
    let source = File::open(path).map_err(|source| DataError::Read { file: file.clone(), source })?;
    caught(&file, || Xlsx::new(BufReader::new(source)))
}

/// Unfolds parts into nothing, counting: the sizes that an archive declares may lie.
struct Check<'a> {
    path: &'a Path,
    file: String,
    size: u64,
    most: u64,
    unfolded: AtomicU64,
}

impl<'a> Check<'a> {
    fn new(path: &'a Path, limits: &Limits) -> Result<Self, DataError> {
        let file = file_name(path);
        let size = std::fs::metadata(path).map_err(|source| DataError::Read { file: file.clone(), source })?.len();
        let most = limits.max_unpacked_bytes.min(SMALL.max(size.saturating_mul(MAX_RATIO)));
        Ok(Self { path, file, size, most, unfolded: AtomicU64::new(0) })
    }

    /// The parts that are sheets, which come cell by cell, or all others, which are held as a whole.
    fn unfold(&self, sheets: bool) -> Result<(), DataError> {
        let source = File::open(self.path).map_err(|source| DataError::Read { file: self.file.clone(), source })?;
        let mut archive = zip::ZipArchive::new(BufReader::new(source)).map_err(|error| damaged(&self.file, error.to_string()))?;
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(|error| damaged(&self.file, error.to_string()))?;
            let name = entry.name().map(|name| name.to_string()).unwrap_or_default();
            if is_sheet(&name) != sheets || is_picture(&name) {
                continue;
            }
            self.unfold_part(entry, &name, if sheets { None } else { Some(Counts::default()) })?;
        }
        Ok(())
    }

    fn unfold_part(&self, part: impl Read, name: &str, counts: Option<Counts>) -> Result<(), DataError> {
        let mut meter = Meter { check: self, bytes: 0, counts };
        if let Err(error) = copy(&mut BufReader::with_capacity(1 << 16, part), &mut meter) {
            return Err(if error.kind() == io::ErrorKind::FileTooLarge {
                self.too_large()
            } else {
                damaged(&self.file, format!("its part {name} cannot be unpacked ({error})"))
            });
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

fn is_sheet(name: &str) -> bool {
    name.to_ascii_lowercase().contains("worksheets/") && !name.ends_with(".rels")
}

/// Pictures and the like are never unfolded.
fn is_picture(name: &str) -> bool {
    name.to_ascii_lowercase().contains("/media/")
}

/// Takes the bytes of a part.
struct Meter<'a> {
    check: &'a Check<'a>,
    bytes: u64,
    counts: Option<Counts>,
}

impl Write for Meter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let len = bytes.len() as u64;
        self.bytes += len;
        if self.check.unfolded.fetch_add(len, Ordering::Relaxed) + len > self.check.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
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

fn damaged(file: &str, reason: String) -> DataError {
    DataError::Damaged { file: file.into(), place: String::new(), reason }
}

fn workbook_error(file: &str, error: XlsxError) -> DataError {
    match error {
        XlsxError::Password => DataError::Password { file: file.into() },
        XlsxError::Io(source) => read_error(file, source),
        XlsxError::NotAWorksheet(_) => DataError::Empty { file: file.into() },
        other => damaged(file, other.to_string()),
    }
}
