//! Writing a file so that under its name there is either the old content or the whole new one, never a part.
//!
//! The content goes into a temporary file in the same folder, is brought to the disk, and then takes the target's name in
//! one step. A program killed on the way leaves only the temporary file, which a later write in that folder removes.

use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata, Permissions};
use std::io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::{Builder, NamedTempFile};

use crate::jobs::Explain;

const BUFFER_BYTES: usize = 256 * 1024;
/// Temporary files not written to for so long belong to a program that was killed.
const STALE_AFTER: Duration = Duration::from_hours(24);
const MARK: &str = ".tachograph-";
const ENDING: &str = ".tmp";
const RANDOM_CHARS: usize = 6;
/// File systems allow names of 255 bytes; what is added to the target's name needs 25.
const LONGEST_NAME: usize = 220;

/// Why a file could not be written. What stood under its name before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The path ends in a folder.
    #[error("“{}” is a folder, so no file can be written under that name", .0.display())]
    IsFolder(PathBuf),
    /// The path is a device, pipe or the like.
    #[error("“{}” is a device or pipe, not a file", .0.display())]
    NotAFile(PathBuf),
    /// The path has no file name, such as `..`.
    #[error("“{}” does not name a file", .0.display())]
    NoName(PathBuf),
    /// The folder to write in is not there.
    #[error("there is no folder “{}” to write in", .0.display())]
    NoFolder(PathBuf),
    /// The file that would be replaced is marked as read-only.
    #[error("“{}” is write protected", .0.display())]
    WriteProtected(PathBuf),
    /// The system refused.
    #[error("“{}” could not be written: {source}", path.display())]
    Io {
        /// The file that was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Explain for WriteError {
    fn next_step(&self) -> String {
        match self {
            Self::IsFolder(_) | Self::NotAFile(_) | Self::NoName(_) => "Choose the name of a file.".into(),
            Self::NoFolder(_) => "Make the folder first, or choose another one.".into(),
            Self::WriteProtected(_) => "Choose another name, or remove the write protection of the file.".into(),
            Self::Io { source, .. } => io_step(source.kind()).into(),
        }
    }
}

fn io_step(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::PermissionDenied => "Choose a folder that you may write in, and close other programs that have the file open.",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "Free some space on that disk, or choose another one.",
        ErrorKind::ReadOnlyFilesystem => "Choose a folder on a disk that can be written to.",
        _ => "Check that the disk is connected and writable, then try again.",
    }
}

impl From<WriteError> for io::Error {
    fn from(error: WriteError) -> Self {
        let kind = match &error {
            WriteError::IsFolder(_) => ErrorKind::IsADirectory,
            WriteError::NotAFile(_) | WriteError::NoName(_) => ErrorKind::InvalidInput,
            WriteError::NoFolder(_) => ErrorKind::NotFound,
            WriteError::WriteProtected(_) => ErrorKind::PermissionDenied,
            WriteError::Io { source, .. } => source.kind(),
        };
        Self::new(kind, error)
    }
}

/// Writes a whole file in one step: `fill` gets a buffered writer; when it succeeds, the target is replaced.
///
/// # Errors
/// [`WriteError`]; also when `fill` fails. Nothing under the target's name has changed then.
pub fn write_atomic(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), WriteError> {
    let mut writer = AtomicFile::create(path)?;
    fill(&mut writer).map_err(|source| io_error(path, source))?;
    writer.commit()
}

/// A file being written that takes its name only with [`AtomicFile::commit`]. Dropped before that, it leaves nothing.
///
/// Buffered. A target that is a link is written where the link points; the target's permissions are kept.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    kept: Option<Permissions>,
    writer: BufWriter<NamedTempFile>,
}

impl AtomicFile {
    /// Begins to write `path`, and removes temporary files that killed programs left in its folder.
    ///
    /// # Errors
    /// [`WriteError`] when `path` cannot be a file's name, is protected, or its folder refuses.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        let file = Self::create_only(path)?;
        remove_stale_temporaries(folder_of(&file.target));
        Ok(file)
    }

    /// The same without looking for left-over temporary files: for folders of many files, whose owner calls
    /// [`remove_stale_temporaries`] now and then.
    ///
    /// # Errors
    /// As [`AtomicFile::create`].
    pub fn create_only(path: &Path) -> Result<Self, WriteError> {
        let target = follow_link(path);
        let name = target.file_name().ok_or_else(|| WriteError::NoName(path.to_path_buf()))?;
        let kept = check_target(&target)?.map(|old| old.permissions());
        let folder = folder_of(&target);
        if !folder.is_dir() {
            return Err(WriteError::NoFolder(folder.to_path_buf()));
        }
        let temporary = temporary(folder, name, kept.as_ref()).map_err(|source| io_error(&target, source))?;
        Ok(Self { target, kept, writer: BufWriter::with_capacity(BUFFER_BYTES, temporary) })
    }

    /// Where the content goes in the end.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Brings the content to the disk and puts it under the target's name.
    ///
    /// # Errors
    /// [`WriteError::Io`] when the disk is full, the folder refuses or another program holds the target.
    pub fn commit(self) -> Result<(), WriteError> {
        let target = self.target.clone();
        self.finish(true).map_err(|source| io_error(&target, source))
    }

    /// The same without waiting for the disk: after a power cut the file may be damaged, so only for content that is
    /// verified when it is read and can be made again.
    ///
    /// # Errors
    /// As [`AtomicFile::commit`].
    pub fn commit_unsynced(self) -> Result<(), WriteError> {
        let target = self.target.clone();
        self.finish(false).map_err(|source| io_error(&target, source))
    }

    fn finish(self, sync: bool) -> io::Result<()> {
        let temporary = self.writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        if let Some(permissions) = self.kept {
            temporary.as_file().set_permissions(permissions)?;
        }
        if sync {
            temporary.as_file().sync_all()?;
        }
        persist(temporary, &self.target)?;
        if sync {
            sync_folder(folder_of(&self.target));
        }
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Seek for AtomicFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.writer.seek(to)
    }
}

/// Removes this program's temporary files in `folder` that nobody has written to for a day. Returns how many.
pub fn remove_stale_temporaries(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let stale = entries.flatten().filter(|entry| is_temporary(&entry.file_name()) && is_stale(entry.metadata()));
    // One that cannot be removed is in use or not ours; the next sweep tries again.
    stale.filter(|entry| fs::remove_file(entry.path()).is_ok()).count()
}

/// Whether a name is of the pattern `.name.tachograph-XXXXXX.tmp`.
fn is_temporary(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let random = name.strip_prefix('.').and_then(|name| name.strip_suffix(ENDING)).and_then(|name| name.rsplit_once(MARK));
    random.is_some_and(|(_, random)| random.len() == RANDOM_CHARS && random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_stale(metadata: io::Result<Metadata>) -> bool {
    let written = metadata.ok().filter(Metadata::is_file).and_then(|metadata| metadata.modified().ok());
    written.and_then(|at| SystemTime::now().duration_since(at).ok()).is_some_and(|age| age > STALE_AFTER)
}

fn io_error(path: &Path, source: io::Error) -> WriteError {
    WriteError::Io { path: path.to_path_buf(), source }
}

/// What stands under the target's name, when it may be replaced.
fn check_target(target: &Path) -> Result<Option<Metadata>, WriteError> {
    match fs::metadata(target) {
        Ok(old) if old.is_dir() => Err(WriteError::IsFolder(target.to_path_buf())),
        Ok(old) if !old.is_file() => Err(WriteError::NotAFile(target.to_path_buf())),
        Ok(old) if old.permissions().readonly() => Err(WriteError::WriteProtected(target.to_path_buf())),
        Ok(old) => Ok(Some(old)),
        Err(_) => Ok(None),
    }
}

/// The file that a link points to, or the path itself.
fn follow_link(path: &Path) -> PathBuf {
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    if is_link { fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()) } else { path.to_path_buf() }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn temporary(
    folder: &Path,
    name: &OsStr,
    #[cfg_attr(not(unix), allow(unused_variables))] kept: Option<&Permissions>,
) -> io::Result<NamedTempFile> {
    let mut prefix = OsString::from(".");
    // A name too long for the additions is left out: the random part suffices.
    prefix.push(if name.len() > LONGEST_NAME { OsStr::new("") } else { name });
    prefix.push(MARK);
    let mut builder = Builder::new();
    builder.prefix(&prefix).suffix(ENDING).rand_bytes(RANDOM_CHARS);
    #[cfg(unix)]
    builder.permissions(creation_permissions(kept));
    builder.tempfile_in(folder)
}

/// Permissions from the first byte on: those of the file to be replaced, else what any new file gets (the system takes its mask off).
#[cfg(unix)]
fn creation_permissions(kept: Option<&Permissions>) -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    kept.cloned().unwrap_or_else(|| Permissions::from_mode(0o666))
}

/// Gives the file its name. On Windows a virus scanner or indexer may hold the old file for a moment: then again, for half a second.
fn persist(mut temporary: NamedTempFile, target: &Path) -> io::Result<()> {
    let attempts = if cfg!(windows) { 10 } else { 1 };
    for attempt in 1.. {
        match temporary.persist(target) {
            Ok(_) => break,
            Err(failed) if attempt < attempts && failed.error.kind() == ErrorKind::PermissionDenied => temporary = failed.file,
            Err(failed) => return Err(failed.error),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Brings the new name to the disk too. Some file systems cannot; the file itself is written all the same.
#[cfg(unix)]
fn sync_folder(folder: &Path) {
    let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) {}
