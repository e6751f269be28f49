//! BLAKE3 of a part of a file, read and hashed by several threads at once; the result is that of one thread.
//!
//! BLAKE3 is a tree: aligned pieces of a power-of-two size are hashed apart and merged in pairs (BLAKE3 paper, section 2.1).

use std::fs::File;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use blake3::hazmat::{ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};
use blake3::{Hash, Hasher};

use crate::jobs::{Cancel, Progress};

/// Bytes hashed in one go; a power of two, as the tree demands.
const PIECE: usize = 1 << 20;
/// More threads than this wait for the memory, not for the processor.
const MAX_THREADS: usize = 4;

/// Who may stop the work, and who wants to know how far it is.
#[derive(Clone, Copy)]
pub(super) struct Watch<'a> {
    pub cancel: &'a Cancel,
    pub progress: &'a Progress,
}

/// The next piece to hash: its number and, where the bytes are wanted, the place for them.
type Piece<'a> = (usize, Option<&'a mut [u8]>);

/// What one thread has hashed.
type Hashed = Vec<(usize, ChainingValue)>;

/// Hash of `length` bytes of `file` from `start` on, whose content is not kept.
///
/// # Errors
/// `Interrupted` when cancelled, `UnexpectedEof` when the file is shorter, or what the system says.
pub(super) fn hash_part(file: &File, start: u64, length: u64, watch: Option<Watch>) -> io::Result<Hash> {
    let count = usize::try_from(length.div_ceil(PIECE as u64)).map_err(|_| io::Error::from(ErrorKind::FileTooLarge))?;
    hash_pieces(&Part { file, start, length, watch }, (0..count).map(|number| (number, None)), count)
}

/// The same for bytes that are kept: fills `into` and returns its hash.
///
/// # Errors
/// As [`hash_part`].
pub(super) fn read_and_hash(file: &File, start: u64, into: &mut [u8]) -> io::Result<Hash> {
    let part = Part { file, start, length: into.len() as u64, watch: None };
    let count = into.len().div_ceil(PIECE);
    hash_pieces(&part, into.chunks_mut(PIECE).map(Some).enumerate(), count)
}

struct Part<'a> {
    file: &'a File,
    start: u64,
    length: u64,
    watch: Option<Watch<'a>>,
}

fn hash_pieces<'a>(part: &Part, pieces: impl Iterator<Item = Piece<'a>> + Send, count: usize) -> io::Result<Hash> {
    let (pieces, failed) = (Mutex::new(pieces), AtomicBool::new(false));
    let work = || part.work(&pieces, &failed, count);
    let helpers =
        std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS).min(count.div_ceil(2)).saturating_sub(1);
    let results: Vec<io::Result<Work>> = std::thread::scope(|scope| {
        let spawn = || std::thread::Builder::new().name("hash".into()).spawn_scoped(scope, work);
        // A thread that the system refuses is not needed: this one does the work alone then.
        let threads: Vec<_> = (0..helpers).map_while(|_| spawn().ok()).collect();
        let own = work();
        let died = || Err(io::Error::other("a hashing thread stopped"));
        std::iter::once(own).chain(threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| died()))).collect()
    });
    merge(results.into_iter().collect::<io::Result<Vec<Work>>>()?)
}

/// What a thread brings home: the hash of all where there is only one piece, else its pieces' values.
enum Work {
    Whole(Hash),
    Pieces(Hashed),
}

impl Part<'_> {
    fn work<'a>(&self, pieces: &Mutex<impl Iterator<Item = Piece<'a>>>, failed: &AtomicBool, count: usize) -> io::Result<Work> {
        let (mut hashed, mut own) = (Hashed::new(), Vec::new());
        while !failed.load(Ordering::Relaxed) {
            let next = pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((number, place)) = next else { break };
            let bytes = self.read(number, place, &mut own).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
            if count == 1 {
                return Ok(Work::Whole(blake3::hash(bytes)));
            }
            let value = Hasher::new().set_input_offset((number * PIECE) as u64).update(bytes).finalize_non_root();
            hashed.push((number, value));
        }
        Ok(if count == 0 { Work::Whole(blake3::hash(&[])) } else { Work::Pieces(hashed) })
    }

    fn read<'b>(&self, number: usize, place: Option<&'b mut [u8]>, own: &'b mut Vec<u8>) -> io::Result<&'b [u8]> {
        let offset = (number * PIECE) as u64;
        let length = (self.length - offset).min(PIECE as u64);
        if self.watch.is_some_and(|watch| watch.cancel.is_cancelled()) {
            return Err(ErrorKind::Interrupted.into());
        }
        let place = place.unwrap_or_else(|| {
            own.resize(usize::try_from(length).unwrap_or(PIECE), 0);
            own.as_mut_slice()
        });
        read_exact_at(self.file, place, self.start + offset)?;
        if let Some(watch) = self.watch {
            watch.progress.add(length);
        }
        Ok(place)
    }
}

fn merge(works: Vec<Work>) -> io::Result<Hash> {
    let mut hashed = Hashed::new();
    for work in works {
        match work {
            Work::Whole(hash) => return Ok(hash),
            Work::Pieces(mut pieces) => hashed.append(&mut pieces),
        }
    }
    hashed.sort_unstable_by_key(|(number, _)| *number);
    let values: Vec<ChainingValue> = hashed.into_iter().map(|(_, value)| value).collect();
    let (left, right) = halves(&values);
    match (subtree(left), subtree(right)) {
        (Some(left), Some(right)) => Ok(merge_subtrees_root(&left, &right, Mode::Hash)),
        // Fewer than two pieces come as `Whole`.
        _ => Err(io::Error::other("nothing was hashed")),
    }
}

fn subtree(values: &[ChainingValue]) -> Option<ChainingValue> {
    if let [value] = values {
        return Some(*value);
    }
    let (left, right) = halves(values);
    Some(merge_subtrees_non_root(&subtree(left)?, &subtree(right)?, Mode::Hash))
}

/// The left half holds the largest power of two of pieces that leaves at least one for the right.
fn halves(values: &[ChainingValue]) -> (&[ChainingValue], &[ChainingValue]) {
    let left = values.len().div_ceil(2).checked_next_power_of_two().unwrap_or(0);
    values.split_at_checked(left).unwrap_or((values, &[]))
}

#[cfg(unix)]
pub(super) fn read_exact_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, offset)
}

#[cfg(windows)]
pub(super) fn read_exact_at(file: &File, mut into: &mut [u8], mut offset: u64) -> io::Result<()> {
    use std::os::windows::fs::FileExt;
    while !into.is_empty() {
        match file.seek_read(into, offset) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                into = into.get_mut(read..).unwrap_or_default();
                offset += read as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Held against the library's own one-piece hash.
    #[test]
    fn hash_of_pieces_is_the_hash() {
        for length in
            [0, 1, 1024, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 1, 3 * PIECE, 5 * PIECE + 77, 8 * PIECE, 9 * PIECE]
        {
            let bytes: Vec<u8> = (0..length + 3).map(|n| (n / 7 % 253) as u8).collect();
            let mut file = tempfile::tempfile().expect("file");
            file.write_all(&bytes).expect("write");
            let expected = blake3::hash(&bytes[3..]);
            assert_eq!(hash_part(&file, 3, length as u64, None).expect("hash"), expected, "{length}");
            let mut read = vec![0; length];
            assert_eq!(read_and_hash(&file, 3, &mut read).expect("hash"), expected, "{length}");
            assert!(read == bytes[3..]);
            assert_eq!(hash_part(&file, 4, length as u64, None).is_err(), length > 0, "one byte is missing at the end");
        }
    }
}
