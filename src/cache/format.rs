//! The head of a cache file.
//!
//! All numbers are little endian:
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `tachofil` |
//! | 8 | 4 | version of this format: 1 |
//! | 12 | 4 | length of the head, with its hash |
//! | 16 | 32 | key |
//! | 48 | 8 | made at, milliseconds since 1970-01-01 UTC |
//! | 56 | 8 | expires at, the same |
//! | 64 | 8 | time the making took, microseconds |
//! | 72 | 8 | length of the payload |
//! | 80 | 32 | BLAKE3 of the payload |
//! | 112 | 2 + n | kind, with its length |
//! | | 2 + n | description, with its length |
//! | | 32 | BLAKE3 of all before |
//!
//! The payload follows and ends with the file.

use std::fs::File;
use std::io;

use blake3::Hash;

use super::digest::read_exact_at;
use super::{Info, Key};

const MAGIC: [u8; 8] = *b"tachofil";
const VERSION: u32 = 1;
/// Magic, version and length of the head: enough to read the rest.
const START_LEN: usize = 16;
const HASH_LEN: usize = 32;
/// Longest kind or description; the rest is cut off.
const LONGEST_TEXT: usize = 4096;
const LONGEST_HEAD: usize = 112 + 2 * (2 + LONGEST_TEXT) + HASH_LEN;

/// The head of a cache file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    pub key: Key,
    pub info: Info,
    pub payload_len: u64,
    pub payload_hash: Hash,
}

/// Why a file is not a whole entry.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadFile {
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("its head is damaged")]
    Head,
    #[error("its length is wrong")]
    Length,
    #[error("its content is damaged")]
    Payload,
    #[error("it holds another entry than its name says")]
    Key,
}

impl Head {
    /// The head's bytes; as many for the same texts whatever the rest is.
    pub fn encode(&self) -> Vec<u8> {
        let (kind, description) = (cut(&self.info.kind), cut(&self.info.description));
        let length = 112 + 2 + kind.len() + 2 + description.len() + HASH_LEN;
        let mut bytes = Vec::with_capacity(length);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(self.key.as_bytes());
        for number in [self.info.made_ms, self.info.expires_ms, self.info.making_micros, self.payload_len] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.payload_hash.as_bytes());
        for text in [kind, description] {
            bytes.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_le_bytes());
            bytes.extend(text.as_bytes());
        }
        bytes.extend(blake3::hash(&bytes).as_bytes());
        bytes
    }

    /// Reads and verifies the head of a file, and that the file is as long as the head says. Returns its length too.
    pub fn read(file: &File) -> Result<(Self, u64), BadFile> {
        let mut bytes = vec![0; START_LEN];
        read(file, &mut bytes, 0)?;
        let length = Fields(&bytes).head_len().ok_or(BadFile::Head)?;
        bytes.resize(length, 0);
        read(file, bytes.get_mut(START_LEN..).unwrap_or_default(), START_LEN as u64)?;
        let head = Self::decode(&bytes).ok_or(BadFile::Head)?;
        let expected = (length as u64).checked_add(head.payload_len);
        if expected == Some(file.metadata()?.len()) { Ok((head, length as u64)) } else { Err(BadFile::Length) }
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (content, hash) = bytes.split_last_chunk::<HASH_LEN>()?;
        if blake3::hash(content) != Hash::from_bytes(*hash) {
            return None;
        }
        let mut fields = Fields(content);
        fields.head_len()?;
        let key = Key::from_bytes(fields.array()?);
        let (made_ms, expires_ms, making_micros) = (fields.u64()?, fields.u64()?, fields.u64()?);
        let (payload_len, payload_hash) = (fields.u64()?, Hash::from_bytes(fields.array()?));
        let (kind, description) = (fields.text()?, fields.text()?);
        let info = Info { kind, description, made_ms, expires_ms, making_micros };
        fields.0.is_empty().then_some(Self { key, info, payload_len, payload_hash })
    }
}

/// A short file is a damaged one; other errors are the system's.
fn read(file: &File, into: &mut [u8], offset: u64) -> Result<(), BadFile> {
    read_exact_at(file, into, offset).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => BadFile::Length,
        _ => BadFile::Io(error),
    })
}

/// As much of a text as a head has room for.
fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_TEXT)).unwrap_or_default()
}

/// Takes fields from the front.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*array)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::from(u16::from_le_bytes(self.array()?));
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    /// Checks magic and version, and returns how long the head is.
    fn head_len(&mut self) -> Option<usize> {
        let (magic, version): ([u8; 8], [u8; 4]) = (self.array()?, self.array()?);
        let length = usize::try_from(u32::from_le_bytes(self.array()?)).ok()?;
        let known = magic == MAGIC && u32::from_le_bytes(version) == VERSION;
        (known && (START_LEN + HASH_LEN..=LONGEST_HEAD).contains(&length)).then_some(length)
    }
}
