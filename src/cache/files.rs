//! The file level: one verified file per entry in a folder that several programs may use at once.
//!
//! Last use is the file's modification time, so that it is shared and survives; the rest is in the file's head. Entries are not
//! synced to the disk one by one: a power cut may damage those just written, which reading notices. Each program counts what it
//! adds itself and sees the others' entries when it looks through the folder, so together they may pass the limit until then.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use blake3::Hasher;

use crate::jobs::{Cancel, Progress};
use crate::settings::{AtomicFile, WriteError, remove_stale_temporaries};

use super::clock::{Clock, moment};
use super::digest::{Watch, hash_part, read_and_hash};
use super::format::{BadFile, Head};
use super::stats::Recorder;
use super::{CacheError, Info, Key, VerifiedEntry};

/// Folder of the entries inside the cache's; its number is the format's version, so that versions do not meet.
const FOLDER: &str = "entries-1";
const EXTENSION: &str = "entry";
/// When the limit is passed, a sixteenth is freed beyond it: looking through the folder for each write would be slow.
const SLACK: u64 = 16;

pub(super) struct Files {
    folder: PathBuf,
    clock: Clock,
    limit: AtomicU64,
    size: Mutex<Size>,
    hits: Mutex<HashMap<Key, u64>>,
    pub recorder: Recorder,
}

/// Entries and bytes in the folder, as far as this program knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub items: u64,
    pub bytes: u64,
}

struct Item {
    key: Key,
    bytes: u64,
    used: SystemTime,
}

/// How writing an entry ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Written {
    Kept,
    TooLarge,
}

impl Files {
    /// The level in `cache_folder`, which is made when it is not there.
    pub fn open(cache_folder: &Path, limit: u64, clock: Clock) -> Result<Self, CacheError> {
        let folder = cache_folder.join(FOLDER);
        let failed = |source| CacheError::Folder { path: folder.clone(), source };
        fs::create_dir_all(&folder).map_err(failed)?;
        let (size, hits, recorder) = (Mutex::default(), Mutex::default(), Recorder::default());
        let files = Self { clock, limit: AtomicU64::new(limit), size, hits, recorder, folder: folder.clone() };
        files.scan().map_err(failed)?;
        Ok(files)
    }

    /// Whether a file can be made in the folder now.
    pub fn probe(&self) -> Result<(), CacheError> {
        let probe = tempfile::tempfile_in(&self.folder).and_then(|mut file| file.write_all(b"x"));
        probe.map_err(|source| CacheError::Folder { path: self.folder.clone(), source })
    }

    /// An entry's bytes, verified. An expired or damaged one is removed, counted and not returned.
    ///
    /// # Errors
    /// [`CacheError::Read`] when it is there but the system does not let it be read.
    pub fn read(&self, key: &Key) -> Result<Option<(Info, Vec<u8>)>, CacheError> {
        let path = self.path(key);
        let file = match open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(CacheError::Read { path, source }),
        };
        match self.content(key, &file) {
            Ok(Some((info, payload))) => {
                // Only the order of eviction depends on it.
                let _ = file.set_modified(moment((self.clock)()));
                Ok(Some((info, payload)))
            }
            Ok(None) => Ok(None),
            Err(BadFile::Io(source)) => Err(CacheError::Read { path, source }),
            Err(_) => {
                self.remove_damaged(key);
                Ok(None)
            }
        }
    }

    fn content(&self, key: &Key, file: &File) -> Result<Option<(Info, Vec<u8>)>, BadFile> {
        let (head, start) = checked_head(key, file)?;
        if head.info.is_expired((self.clock)()) {
            self.remove_expired(key);
            return Ok(None);
        }
        let length = usize::try_from(head.payload_len).map_err(|_| BadFile::Length)?;
        let mut payload = vec![0; length];
        let hash = read_and_hash(file, start, &mut payload).map_err(shorter)?;
        if hash == head.payload_hash { Ok(Some((head.info, payload))) } else { Err(BadFile::Payload) }
    }

    /// Writes an entry: `encode` streams its bytes into the file, which takes its name when it is whole.
    ///
    /// # Errors
    /// [`CacheError::Write`] when the folder, the disk or `encode` refuses; an older entry of the key stays then.
    pub fn write(
        &self,
        key: &Key,
        info: &Info,
        encode: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Written, CacheError> {
        let failed = |source| CacheError::Write { path: self.folder.clone(), description: info.description.clone(), source };
        let mut file = self.create(key).map_err(|error| failed(error.into()))?;
        let bytes = match self.fill(&mut file, key, info, encode) {
            Err(error) if error.kind() == ErrorKind::FileTooLarge => return Ok(Written::TooLarge),
            result => result.map_err(failed)?,
        };
        self.place(file, key, bytes).map_err(failed)?;
        self.shrink();
        Ok(Written::Kept)
    }

    fn create(&self, key: &Key) -> Result<AtomicFile, WriteError> {
        match AtomicFile::create_only(&self.path(key)) {
            Err(WriteError::NoFolder(folder)) => {
                // Somebody cleared the cache by removing its folder.
                fs::create_dir_all(&folder).map_err(|source| WriteError::Io { path: folder, source })?;
                AtomicFile::create_only(&self.path(key))
            }
            result => result,
        }
    }

    /// Head with gaps, payload, then the head again with the payload's length and hash. Returns the file's length.
    fn fill(
        &self,
        file: &mut AtomicFile,
        key: &Key,
        info: &Info,
        encode: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<u64> {
        let mut head = Head { key: *key, info: info.clone(), payload_len: 0, payload_hash: blake3::hash(&[]) };
        let bytes = head.encode();
        file.write_all(&bytes)?;
        let most = self.limit.load(Ordering::Relaxed).saturating_sub(bytes.len() as u64);
        let mut payload = Payload { file, hasher: Hasher::new(), length: 0, most };
        encode(&mut payload)?;
        (head.payload_len, head.payload_hash) = (payload.length, payload.hasher.finalize());
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&head.encode())?;
        Ok(bytes.len() as u64 + head.payload_len)
    }

    fn place(&self, file: AtomicFile, key: &Key, bytes: u64) -> io::Result<()> {
        let path = self.path(key);
        let before = fs::metadata(&path).map(|metadata| metadata.len()).ok();
        file.commit_unsynced()?;
        // Only the order of eviction depends on it; another program may have removed the file by now.
        let _ = open(&path).and_then(|file| file.set_modified(moment((self.clock)())));
        let mut size = self.size_lock();
        size.forget(before);
        size.items += 1;
        size.bytes = size.bytes.saturating_add(bytes);
        Ok(())
    }

    /// Removes one entry. `false` when there was none.
    ///
    /// # Errors
    /// [`CacheError::Remove`] when the system refuses.
    pub fn remove(&self, key: &Key) -> Result<bool, CacheError> {
        let path = self.path(key);
        let bytes = fs::metadata(&path).map(|metadata| metadata.len()).ok();
        match fs::remove_file(&path) {
            Ok(()) => {
                self.size_lock().forget(bytes);
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(source) => Err(CacheError::Remove { path, source }),
        }
    }

    /// Removes all entries and returns how many there were.
    ///
    /// # Errors
    /// [`CacheError`] at the first one that cannot be removed.
    pub fn clear(&self) -> Result<u64, CacheError> {
        let mut removed = 0;
        for item in self.scan_for_error()? {
            removed += u64::from(self.remove(&item.key)?);
        }
        Ok(removed)
    }

    /// Removes what is expired, of a damaged head, or left over by killed programs. Returns how many entries had expired.
    ///
    /// # Errors
    /// [`CacheError::Folder`] when the folder cannot be read.
    pub fn purge_expired(&self) -> Result<u64, CacheError> {
        remove_stale_temporaries(&self.folder);
        let mut expired = 0;
        for item in self.scan_for_error()? {
            match self.head(&item.key) {
                Some(Ok(head)) if head.info.is_expired((self.clock)()) => expired += u64::from(self.remove_expired(&item.key)),
                Some(Err(error)) if !matches!(error, BadFile::Io(_)) => self.remove_damaged(&item.key),
                _ => {}
            }
        }
        Ok(expired)
    }

    /// All entries whose head can be read, with the size of their file and their hits in this run.
    ///
    /// # Errors
    /// [`CacheError::Folder`] when the folder cannot be read.
    pub fn list(&self) -> Result<Vec<(Head, u64, u64)>, CacheError> {
        let items = self.scan_for_error()?;
        let hits = self.hits_lock();
        let entry = |item: Item| Some((self.head(&item.key)?.ok()?, item.bytes, hits.get(&item.key).copied().unwrap_or(0)));
        Ok(items.into_iter().filter_map(entry).collect())
    }

    /// Reads every entry whole; damaged ones are removed and counted. Stops early when cancelled. Progress counts bytes.
    ///
    /// # Errors
    /// [`CacheError::Folder`] when the folder cannot be read.
    pub fn verify(&self, cancel: &Cancel, progress: &Progress) -> Result<Vec<VerifiedEntry>, CacheError> {
        let items = self.scan_for_error()?;
        progress.phase("Verifying", items.iter().map(|item| item.bytes).sum());
        let (mut verified, watch) = (Vec::new(), Watch { cancel, progress });
        for item in items {
            if cancel.is_cancelled() {
                break;
            }
            verified.extend(self.verify_item(&item, watch));
        }
        Ok(verified)
    }

    /// `None` when the entry is gone meanwhile or the work was cancelled.
    fn verify_item(&self, item: &Item, watch: Watch) -> Option<VerifiedEntry> {
        let file = open(&self.path(&item.key)).ok()?;
        let head = checked_head(&item.key, &file);
        let description = head.as_ref().ok().map(|(head, _)| head.info.description.clone());
        let checked = head.and_then(|(head, start)| {
            let hash = hash_part(&file, start, head.payload_len, Some(watch)).map_err(shorter)?;
            if hash == head.payload_hash { Ok(()) } else { Err(BadFile::Payload) }
        });
        let damage = match checked {
            Ok(()) => None,
            Err(BadFile::Io(error)) if error.kind() == ErrorKind::Interrupted => return None,
            Err(error) => Some(error),
        };
        if damage.as_ref().is_some_and(|damage| !matches!(damage, BadFile::Io(_))) {
            self.remove_damaged(&item.key);
        }
        Some(VerifiedEntry { key: item.key, description, bytes: item.bytes, damage: damage.map(|damage| damage.to_string()) })
    }

    /// An entry that is whole but that its decoder does not understand: as good as damaged.
    pub fn remove_damaged(&self, key: &Key) {
        // When it cannot be removed it is a miss each time it is asked for, and overwritten then.
        let _ = self.remove(key);
        self.recorder.record(|counters| counters.damaged += 1);
    }

    fn remove_expired(&self, key: &Key) -> bool {
        let removed = self.remove(key).unwrap_or(false);
        self.recorder.record(|counters| counters.expired += u64::from(removed));
        removed
    }

    /// Notes for the list of entries that one was found.
    pub fn note_hit(&self, key: &Key) {
        *self.hits_lock().entry(*key).or_default() += 1;
    }

    /// What the folder holds, as far as known, and the limit in bytes.
    pub fn size(&self) -> (Size, u64) {
        (*self.size_lock(), self.limit.load(Ordering::Relaxed))
    }

    /// Sets another limit in bytes, evicting what is too much.
    pub fn set_limit(&self, bytes: u64) {
        self.limit.store(bytes, Ordering::Relaxed);
        self.shrink();
    }

    /// Evicts the least recently used entries when the limit is passed.
    pub fn shrink(&self) {
        let limit = self.limit.load(Ordering::Relaxed);
        if self.size_lock().bytes <= limit {
            return;
        }
        // Others use the folder too: what is really there decides.
        let Ok(mut items) = self.scan() else { return };
        let mut bytes: u64 = items.iter().map(|item| item.bytes).sum();
        if bytes <= limit {
            return;
        }
        items.sort_by_key(|item| (std::cmp::Reverse(item.used), item.key));
        while bytes > limit - limit / SLACK && items.len() > 1 {
            let Some(oldest) = items.pop() else { break };
            bytes -= oldest.bytes;
            let evicted = self.remove(&oldest.key).unwrap_or(false);
            self.recorder.record(|counters| counters.evictions += u64::from(evicted));
        }
    }

    /// `None` when the entry is gone.
    fn head(&self, key: &Key) -> Option<Result<Head, BadFile>> {
        match open(&self.path(key)) {
            Ok(file) => Some(checked_head(key, &file).map(|(head, _)| head)),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => Some(Err(BadFile::Io(error))),
        }
    }

    fn scan_for_error(&self) -> Result<Vec<Item>, CacheError> {
        self.scan().map_err(|source| CacheError::Folder { path: self.folder.clone(), source })
    }

    /// Looks through the folder and notes what it holds.
    fn scan(&self) -> io::Result<Vec<Item>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            entries => entries?.collect::<io::Result<Vec<_>>>()?,
        };
        let items: Vec<Item> = entries.iter().filter_map(item).collect();
        *self.size_lock() = Size { items: items.len() as u64, bytes: items.iter().map(|item| item.bytes).sum() };
        Ok(items)
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(format!("{key}.{EXTENSION}"))
    }

    fn size_lock(&self) -> MutexGuard<'_, Size> {
        self.size.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hits_lock(&self) -> MutexGuard<'_, HashMap<Key, u64>> {
        self.hits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Size {
    fn forget(&mut self, bytes: Option<u64>) {
        if let Some(bytes) = bytes {
            self.items = self.items.saturating_sub(1);
            self.bytes = self.bytes.saturating_sub(bytes);
        }
    }
}

/// Passes bytes on to the file, counts and hashes them.
struct Payload<'a> {
    file: &'a mut AtomicFile,
    hasher: Hasher,
    length: u64,
    most: u64,
}

impl Write for Payload<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.length.saturating_add(bytes.len() as u64) > self.most {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let written = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or(bytes));
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        // The buffer is written when the file is done; flushing between only costs.
        Ok(())
    }
}

fn checked_head(key: &Key, file: &File) -> Result<(Head, u64), BadFile> {
    let (head, length) = Head::read(file)?;
    if head.key == *key { Ok((head, length)) } else { Err(BadFile::Key) }
}

fn shorter(error: io::Error) -> BadFile {
    if error.kind() == ErrorKind::UnexpectedEof { BadFile::Length } else { BadFile::Io(error) }
}

fn item(entry: &fs::DirEntry) -> Option<Item> {
    let path = entry.path();
    let key = path.file_stem()?.to_str()?.parse().ok()?;
    let metadata = entry.metadata().ok()?;
    let is_entry = path.extension()? == EXTENSION && metadata.is_file();
    is_entry.then(|| Item { key, bytes: metadata.len(), used: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH) })
}

/// Opened so that the time of last use can be set.
#[cfg(not(windows))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Opened so that the time of last use can be set, which Windows wants to be asked for; on a protected folder without it.
#[cfg(windows)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    /// `FILE_GENERIC_READ | FILE_WRITE_ATTRIBUTES`, see Microsoft's “File Access Rights Constants”.
    const READ_AND_TOUCH: u32 = 0x0012_0089 | 0x0100;
    match OpenOptions::new().access_mode(READ_AND_TOUCH).open(path) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => OpenOptions::new().read(true).open(path),
        result => result,
    }
}
