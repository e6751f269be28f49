//! The bytes of a profile: counted, cancellable, unpacked where they are packed, never more than the limit.

use std::cell::Cell;
use std::io::{self, BufReader, Cursor, Read};
use std::rc::Rc;

use flate2::bufread::{DeflateDecoder, MultiGzDecoder};

use super::{Context, zipped};
use crate::jobs::Cancelled;
use crate::profile::error::{Place, ProfileError};

/// How much of the beginning the format is told from.
const HEAD: usize = 64 << 10;
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
const ZIP: &[u8] = b"PK\x03\x04";

/// Reads the file as it lies on the disk: ticks the progress, looks at the cancel flag, counts.
struct Raw<'a> {
    inner: &'a mut dyn Read,
    context: Context<'a>,
    count: Rc<Cell<u64>>,
}

impl Read for Raw<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.context.cancel.check().map_err(io::Error::other)?;
        let read = self.inner.read(buffer)?;
        self.context.progress.add(read as u64);
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

type Buffered<'a> = BufReader<io::Chain<Cursor<Vec<u8>>, Raw<'a>>>;

enum Stream<'a> {
    Plain(Buffered<'a>),
    Gzip(Box<MultiGzDecoder<Buffered<'a>>>),
    Zstd(Box<zstd::Decoder<'static, Buffered<'a>>>),
    /// A file of an archive, whose packed bytes are in memory.
    Stored(Cursor<Vec<u8>>),
    Deflated(Box<DeflateDecoder<Cursor<Vec<u8>>>>),
}

/// The (unpacked) bytes from the beginning.
pub(super) struct Source<'a> {
    stream: Stream<'a>,
    head: Cursor<Vec<u8>>,
    at_end: bool,
    given: u64,
    count: Rc<Cell<u64>>,
    size: Option<u64>,
    remark: Option<String>,
    /// Whether the packed data ends within the head.
    cut: bool,
    context: Context<'a>,
}

impl<'a> Source<'a> {
    /// Begins to read; also gives the first bytes, unpacked, to tell the format from. They are read again. `size` is that of the file
    /// on disk, where it is known.
    pub(super) fn open(inner: &'a mut dyn Read, size: Option<u64>, context: Context<'a>) -> Result<(Self, Vec<u8>), ProfileError> {
        let count = Rc::new(Cell::new(0));
        let mut raw = Raw { inner, context, count: Rc::clone(&count) };
        let mut start = Vec::new();
        let read = (&mut raw).take(HEAD as u64).read_to_end(&mut start);
        read.map_err(|error| io_error(error, context.file))?;
        if start.is_empty() {
            return Err(ProfileError::Empty { file: context.file.into() });
        }
        let magic = start.get(..start.len().min(4)).unwrap_or_default().to_vec();
        let buffered = BufReader::with_capacity(HEAD, Cursor::new(start).chain(raw));
        let (stream, remark) = unpacked(&magic, buffered, context)?;
        let head = Cursor::new(Vec::new());
        let mut source = Self { stream, head, at_end: false, given: 0, count, size, remark, cut: false, context };
        let mut head = Vec::new();
        let read = (&mut source).take(HEAD as u64).read_to_end(&mut head);
        match read {
            // What could be unpacked may be enough to tell what it is, and to show a part of it.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && !head.is_empty() => source.cut = true,
            Err(error) => return Err(source.explain(error)),
            Ok(_) => source.at_end = head.len() < HEAD,
        }
        source.head = Cursor::new(head.clone());
        source.given = 0;
        Ok((source, head))
    }

    /// Name of the file, for messages.
    pub(super) fn file(&self) -> &'a str {
        self.context.file
    }

    /// The error that the packed data ends early, when it does so within the head.
    pub(super) fn early_end(&self) -> Option<ProfileError> {
        self.cut.then(|| self.explain(io::ErrorKind::UnexpectedEof.into()))
    }

    /// What is to be told of how the file was packed.
    pub(super) fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    /// Whether the head was all there is.
    pub(super) fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Whether the bytes come out of packed ones.
    pub(super) fn is_unpacked(&self) -> bool {
        !matches!(self.stream, Stream::Plain(_))
    }

    /// All bytes, the head included.
    pub(super) fn read_all(&mut self) -> Result<Vec<u8>, ProfileError> {
        let mut data = self.room();
        match self.read_to_end(&mut data) {
            Ok(_) => Ok(data),
            Err(error) => Err(self.explain(error)),
        }
    }

    /// Room for all bytes, as far as can be told.
    fn room(&self) -> Vec<u8> {
        let mut data = Vec::new();
        // Room that is not used costs address space only, while growing copies. Profiles unpack to two to six times.
        let guess = self.size.unwrap_or(0).min(1 << 30) * if self.is_unpacked() { 6 } else { 1 } + 64;
        if data.try_reserve(usize::try_from(guess.min(self.context.limits.unpacked_bytes)).unwrap_or(0)).is_err() {
            data = Vec::new();
        }
        data
    }

    /// All bytes up to where the file is cut off or damaged, and what is wrong there; an error when nothing can be read.
    pub(super) fn read_what_is_there(&mut self) -> Result<(Vec<u8>, Option<ProfileError>), ProfileError> {
        let mut data = self.room();
        match self.read_to_end(&mut data) {
            Ok(_) => Ok((data, None)),
            Err(error) => match self.explain(error) {
                error @ ProfileError::Damaged { .. } if !data.is_empty() => Ok((data, Some(error))),
                error => Err(error),
            },
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
        let (place, unpacked, packing) = (Place::Byte(self.position()), self.given, self.stream.packing());
        let problem = match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                format!("the compressed data ({packing}) is cut off there, after {unpacked} unpacked bytes")
            }
            _ if error.raw_os_error().is_none() => {
                format!("the compressed data ({packing}) is not valid there, after {unpacked} unpacked bytes")
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
            Stream::Zstd(decoder) => decoder.get_ref(),
            Stream::Stored(_) | Stream::Deflated(_) => return self.count.get(),
        };
        let (first, _) = buffered.get_ref().get_ref();
        let waiting = buffered.buffer().len() as u64 + (first.get_ref().len() as u64).saturating_sub(first.position());
        self.count.get().saturating_sub(waiting)
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = self.head.read(buffer)?;
        if read == 0 && self.cut {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if read == 0 {
            read = self.stream.read(buffer)?;
        }
        self.given += read as u64;
        if self.given > self.context.limits.unpacked_bytes {
            return Err(io::Error::other(TooMuch(self.context.limits.unpacked_bytes)));
        }
        Ok(read)
    }
}

impl Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => reader.read(buffer),
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
            Self::Stored(bytes) => bytes.read(buffer),
            Self::Deflated(decoder) => decoder.read(buffer),
        }
    }

    fn packing(&self) -> &'static str {
        match self {
            Self::Plain(_) | Self::Gzip(_) => "gzip",
            Self::Zstd(_) => "zstd",
            Self::Stored(_) | Self::Deflated(_) => "zip",
        }
    }
}

/// The stream that undoes the packing which these first bytes tell of, and what is to be told of it.
fn unpacked<'a>(magic: &[u8], buffered: Buffered<'a>, context: Context<'a>) -> Result<(Stream<'a>, Option<String>), ProfileError> {
    if magic.starts_with(&GZIP) {
        return Ok((Stream::Gzip(Box::new(MultiGzDecoder::new(buffered))), None));
    }
    match magic {
        ZSTD => {
            let decoder = zstd::Decoder::with_buffer(buffered).map_err(|error| io_error(error, context.file))?;
            Ok((Stream::Zstd(Box::new(decoder)), None))
        }
        ZIP => archive(buffered, context),
        _ => Ok((Stream::Plain(buffered), None)),
    }
}

/// The largest file of a ZIP archive; the archive itself where it has none that could be a profile.
fn archive<'a>(buffered: Buffered<'a>, context: Context<'a>) -> Result<(Stream<'a>, Option<String>), ProfileError> {
    let limit = context.limits.unpacked_bytes;
    let mut bytes = Vec::new();
    buffered.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| io_error(error, context.file))?;
    if bytes.len() as u64 > limit {
        let (file, what) = (context.file.into(), "the archive");
        return Err(ProfileError::TooLarge { file, place: Place::File, what, limit_bytes: limit });
    }
    let Some(packed) = zipped::largest(&bytes) else {
        return Ok((Stream::Stored(Cursor::new(bytes)), None));
    };
    bytes.truncate(packed.range.end);
    bytes.drain(..packed.range.start);
    let content = Cursor::new(bytes);
    let stream =
        if packed.is_deflated { Stream::Deflated(Box::new(DeflateDecoder::new(content))) } else { Stream::Stored(content) };
    Ok((stream, packed.remark))
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
