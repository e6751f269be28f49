//! Text tables that are packed as a whole (.csv.gz, .csv.zst), read as if they were not.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::Limits;

/// Text that unfolds to more than this many times its size is made to do harm, or no table.
const MAX_RATIO: u64 = 300;
/// Unfolding up to here is harmless at any ratio.
const SMALL: u64 = 256 << 20;

/// How a file is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    #[default]
    None,
    /// With gzip, in one or more pieces.
    Gzip,
    /// With Zstandard, in one or more pieces.
    Zstd,
}

impl Packing {
    /// What the first bytes of a file say.
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    /// The packer's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "nothing",
            Self::Gzip => "gzip",
            Self::Zstd => "Zstandard",
        }
    }
}

/// A file to read the text of from its start, as often as wanted.
#[derive(Clone, Debug)]
pub struct Packed {
    /// How it is packed.
    pub packing: Packing,
    path: Box<Path>,
    /// Bytes that it may unfold to.
    most: u64,
}

impl Packed {
    /// A file that is packed in this way.
    ///
    /// # Errors
    /// When its size cannot be asked for.
    pub fn new(path: &Path, packing: Packing, limits: &Limits) -> io::Result<Self> {
        let most = match packing {
            Packing::None => u64::MAX,
            _ => limits.unfolding(std::fs::metadata(path)?.len(), SMALL, MAX_RATIO),
        };
        Ok(Self { packing, path: path.into(), most })
    }

    /// Opens it at its start.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(&self) -> io::Result<Unpacked> {
        let taken = Arc::new(AtomicU64::new(0));
        let file = Told { file: File::open(&self.path)?, taken: Arc::clone(&taken) };
        let input: Box<dyn Read> = match self.packing {
            Packing::None => Box::new(file),
            Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file))),
            Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(file)?),
        };
        Ok(Unpacked { input, packing: self.packing, taken, most: self.most, left: self.most })
    }
}

/// A file that tells how much of it was read.
struct Told {
    file: File,
    taken: Arc<AtomicU64>,
}

impl Read for Told {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(out)?;
        self.taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The text of a file.
pub struct Unpacked {
    input: Box<dyn Read>,
    packing: Packing,
    taken: Arc<AtomicU64>,
    most: u64,
    left: u64,
}

impl Unpacked {
    /// Bytes of the file itself that were read so far.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

impl Read for Unpacked {
    /// What cannot be unpacked is [`io::ErrorKind::InvalidData`], too much of it [`io::ErrorKind::FileTooLarge`].
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = match self.input.read(out) {
            Ok(read) => read,
            // The system's own errors have a number; those of unpacking have none.
            Err(error) if self.packing == Packing::None || error.raw_os_error().is_some() => return Err(error),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                let reason = format!("it cannot be unpacked with {} to its end ({error})", self.packing.name());
                return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
            }
        };
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                let most = crate::data::reason::grouped(self.most.into());
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it unfolds to more than {most} bytes")));
            }
        }
        Ok(read)
    }
}
