//! The bytes of a profile: counted, cancellable, unpacked where they are gzip, never more than the limit.

use std::cell::Cell;
use std::io::{self, BufReader, Cursor, Read};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use super::Context;
use crate::jobs::Cancelled;
use crate::profile::error::{Place, ProfileError};

/// How much of the beginning the format is told from.
const HEAD: usize = 64 << 10;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads the file as it lies on the disk: ticks the progress, looks at the cancel flag, counts.
struct Raw<'a, R> {
    inner: R,
    context: Context<'a>,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Raw<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.context.cancel.check().map_err(io::Error::other)?;
        let read = self.inner.read(buffer)?;
        self.context.progress.add(read as u64);
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

type Buffered<'a, R> = BufReader<io::Chain<Cursor<Vec<u8>>, Raw<'a, R>>>;

enum Stream<'a, R> {
    Plain(Buffered<'a, R>),
    Gzip(Box<MultiGzDecoder<Buffered<'a, R>>>),
}

/// The (unpacked) bytes from the beginning.
pub(super) struct Source<'a, R> {
    stream: Stream<'a, R>,
    head: Cursor<Vec<u8>>,
    at_end: bool,
    given: u64,
    count: Rc<Cell<u64>>,
    context: Context<'a>,
}

impl<'a, R: Read> Source<'a, R> {
    /// Begins to read; also gives the first bytes, unpacked, to tell the format from. They are read again.
    pub(super) fn open(inner: R, context: Context<'a>) -> Result<(Self, Vec<u8>), ProfileError> {
        let count = Rc::new(Cell::new(0));
        let mut raw = Raw { inner, context, count: Rc::clone(&count) };
        let mut start = Vec::new();
        let read = (&mut raw).take(HEAD as u64).read_to_end(&mut start);
        read.map_err(|error| io_error(error, context.file))?;
        if start.is_empty() {
            return Err(ProfileError::Empty { file: context.file.into() });
        }
        let packed = start.starts_with(&GZIP);
        let buffered = BufReader::with_capacity(HEAD, Cursor::new(start).chain(raw));
        let stream = if packed { Stream::Gzip(Box::new(MultiGzDecoder::new(buffered))) } else { Stream::Plain(buffered) };
        let head = Cursor::new(Vec::new());
        let mut source = Self { stream, head, at_end: false, given: 0, count, context };
        let mut head = Vec::new();
        let read = (&mut source).take(HEAD as u64).read_to_end(&mut head);
        read.map_err(|error| source.explain(error))?;
        source.at_end = head.len() < HEAD;
        source.head = Cursor::new(head.clone());
        source.given = 0;
        Ok((source, head))
    }

    /// Whether the head was all there is.
    pub(super) fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Whether the bytes come out of gzip.
    pub(super) fn is_unpacked(&self) -> bool {
        matches!(self.stream, Stream::Gzip(_))
    }

    /// All bytes, the head included. `size` is that of the file on disk.
    pub(super) fn read_all(&mut self, size: Option<u64>) -> Result<Vec<u8>, ProfileError> {
        let mut data = Vec::new();
        // Room that is not used costs address space only, while growing copies. Profiles unpack to two to six times.
        let guess = size.unwrap_or(0).min(1 << 30) * if self.is_unpacked() { 6 } else { 1 } + 64;
        if data.try_reserve(usize::try_from(guess.min(self.context.limits.unpacked_bytes)).unwrap_or(0)).is_err() {
            data = Vec::new();
        }
        match self.read_to_end(&mut data) {
            Ok(_) => Ok(data),
            Err(error) => Err(self.explain(error)),
        }
    }

    /// Says what went wrong with this source.
    pub(super) fn explain(&self, error: io::Error) -> ProfileError {
        let file = self.context.file.to_string();
        if error.get_ref().is_some_and(|inner| inner.is::<Cancelled>() || inner.is::<TooMuch>()) || !self.is_unpacked() {
            return match error.get_ref().and_then(|inner| inner.downcast_ref::<TooMuch>()) {
                Some(&TooMuch(limit_bytes)) => {
                    let place = Place::Byte(self.position());
                    ProfileError::TooLarge { file, place, what: "its unpacked content", limit_bytes }
                }
                None => io_error(error, &file),
            };
        }
        let (place, unpacked) = (Place::Byte(self.position()), self.given);
        let problem = match error.kind() {
            io::ErrorKind::UnexpectedEof => format!("the compressed data (gzip) is cut off there, after {unpacked} unpacked bytes"),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                format!("the compressed data (gzip) is not valid there, after {unpacked} unpacked bytes")
            }
            _ => return io_error(error, &file),
        };
        ProfileError::Damaged { file, place, problem }
    }

    /// Bytes of the file on disk that were used so far.
    fn position(&self) -> u64 {
        let buffered = match &self.stream {
            Stream::Plain(reader) => reader,
            Stream::Gzip(decoder) => decoder.get_ref(),
        };
        let (first, _) = buffered.get_ref().get_ref();
        let waiting = buffered.buffer().len() as u64 + (first.get_ref().len() as u64).saturating_sub(first.position());
        self.count.get().saturating_sub(waiting)
    }
}

impl<R: Read> Read for Source<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = self.head.read(buffer)?;
        if read == 0 {
            read = match &mut self.stream {
                Stream::Plain(reader) => reader.read(buffer)?,
                Stream::Gzip(decoder) => decoder.read(buffer)?,
            };
        }
        self.given += read as u64;
        if self.given > self.context.limits.unpacked_bytes {
            return Err(io::Error::other(TooMuch(self.context.limits.unpacked_bytes)));
        }
        Ok(read)
    }
}

/// The limit of unpacked bytes was passed.
#[derive(Debug, thiserror::Error)]
#[error("more than {0} bytes")]
struct TooMuch(u64);

fn io_error(error: io::Error, file: &str) -> ProfileError {
    if let Some(&cancelled) = error.get_ref().and_then(|inner| inner.downcast_ref::<Cancelled>()) {
        return cancelled.into();
    }
    ProfileError::Io { file: file.into(), source: error }
}
