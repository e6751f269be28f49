//! One window for each person, screen and settings folder: a later start gives its files to that window and ends.
//!
//! The first one holds a lock on a file for as long as it lives and listens on a local socket (a named pipe on Windows). A message is one line of JSON
//! each way. Whatever goes wrong here only means that a second window opens.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::bounded;
use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{Listener, ListenerOptions, Name, Stream};
use serde::{Deserialize, Serialize};

use super::{Command, Commands};

/// Longest message that is taken: room for some thousand paths.
const MAX_MESSAGE_BYTES: u64 = 4 << 20;
/// How long a window that is just starting is waited for until it listens.
const STARTING: Duration = Duration::from_secs(3);
/// How long its answer is waited for.
const ANSWER: Duration = Duration::from_secs(5);
const VERSION: u32 = 1;

/// What a start of the program turned out to be.
pub enum Start {
    /// The first: it should listen.
    First(FirstWindow),
    /// A later one, whose files the first has taken.
    Given,
    /// The first one cannot be found out or does not answer.
    Alone,
}

/// The first window's end.
pub struct FirstWindow {
    listener: Listener,
    /// Held as long as this program runs.
    _lock: File,
}

#[derive(Serialize, Deserialize)]
struct Message {
    version: u32,
    files: Vec<OsString>,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    version: u32,
}

/// Finds out whether a window is open already, for what is kept in `folder`; if so, gives it `files` to open.
pub fn claim(folder: &Path, files: &[PathBuf]) -> Start {
    let name = name(folder);
    try_claim(folder, &name, files).unwrap_or(Start::Alone)
}

fn try_claim(folder: &Path, name: &str, files: &[PathBuf]) -> io::Result<Start> {
    std::fs::create_dir_all(folder)?;
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join(format!("{name}.lock")))?;
    match lock.try_lock() {
        Ok(()) => {
            // Whatever still lies there was left by one that is gone: the lock was free.
            let listener = ListenerOptions::new().name(socket(folder, name)?).try_overwrite(true).create_sync()?;
            Ok(Start::First(FirstWindow { listener, _lock: lock }))
        }
        Err(std::fs::TryLockError::WouldBlock) => give(folder.to_path_buf(), name.to_owned(), files),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// One name for each folder, person and screen.
fn name(folder: &Path) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(folder.as_os_str().as_encoded_bytes());
    for variable in ["USERNAME", "USER", "DISPLAY", "WAYLAND_DISPLAY"] {
        hash.update(b"\0").update(std::env::var_os(variable).unwrap_or_default().as_encoded_bytes());
    }
    hash.update(&session().to_le_bytes());
    format!("tachograph-{}", &hash.finalize().to_hex()[..16])
}

#[cfg(windows)]
fn socket<'a>(_folder: &Path, name: &str) -> io::Result<Name<'a>> {
    name.to_owned().to_ns_name::<interprocess::local_socket::GenericNamespaced>()
}

/// In the folder that the system keeps for this person's sockets, else beside the settings.
#[cfg(not(windows))]
fn socket<'a>(folder: &Path, name: &str) -> io::Result<Name<'a>> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|folder| folder.is_dir());
    let path = runtime.as_deref().unwrap_or(folder).join(format!("{name}.sock"));
    path.to_fs_name::<interprocess::local_socket::GenericFilePath>()
}

/// Gives the files to the first window, which may still be starting.
fn give(folder: PathBuf, name: String, files: &[PathBuf]) -> io::Result<Start> {
    let whole = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone()).into_os_string();
    let message = Message { version: VERSION, files: files.iter().map(whole).collect() };
    let (send, answer) = bounded(1);
    // A pipe of Windows knows no time limit: a thread waits instead, and is left behind when it waits too long.
    thread::Builder::new().name("hand-over".into()).spawn(move || {
        let _ = send.send(connect(&folder, &name).and_then(|stream| exchange(stream, &message)));
    })?;
    match answer.recv_timeout(STARTING + ANSWER) {
        Ok(Ok(())) => Ok(Start::Given),
        Ok(Err(error)) => Err(error),
        Err(_) => Ok(Start::Alone),
    }
}

fn connect(folder: &Path, name: &str) -> io::Result<Stream> {
    let end = Instant::now() + STARTING;
    loop {
        match Stream::connect(socket(folder, name)?) {
            Err(error) if Instant::now() > end => return Err(error),
            Err(_) => thread::sleep(Duration::from_millis(20)),
            connected => return connected,
        }
    }
}

fn exchange(mut stream: Stream, message: &Message) -> io::Result<()> {
    allow_raising(&stream);
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let answer: Answer = serde_json::from_slice(&read_line(&stream)?)?;
    if answer.version == VERSION { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}

fn read_line(stream: &Stream) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    BufReader::new(stream.take(MAX_MESSAGE_BYTES)).read_until(b'\n', &mut line)?;
    Ok(line)
}

impl FirstWindow {
    /// Opens what later starts bring, from now to the end of the program.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn listen(self, commands: Commands) -> io::Result<()> {
        thread::Builder::new().name("later-starts".into()).spawn(move || {
            // The whole of it, not only its listener: the lock has to live as long.
            let first = self;
            for stream in first.listener.incoming().flatten() {
                let commands = commands.clone();
                // One that says nothing must not keep the others waiting.
                let _ = thread::Builder::new().name("later-start".into()).spawn(move || take(stream, &commands));
            }
        })?;
        Ok(())
    }
}

/// Takes one message. One that is none is dropped, and its sender opens a window of its own.
fn take(mut stream: Stream, commands: &Commands) -> io::Result<()> {
    let message: Message = serde_json::from_slice(&read_line(&stream)?)?;
    if message.version != VERSION {
        return Err(io::ErrorKind::InvalidData.into());
    }
    if !message.files.is_empty() {
        commands.send(Command::Open(message.files.into_iter().map(PathBuf::from).collect()));
    }
    commands.send(Command::Raise);
    let mut line = serde_json::to_vec(&Answer { version: VERSION })?;
    line.push(b'\n');
    stream.write_all(&line)
}

/// Windows lets only the program in front say who comes to the front next: the later start passes that on.
#[cfg(windows)]
#[allow(unsafe_code)]
fn allow_raising(stream: &Stream) {
    use interprocess::local_socket::traits::StreamCommon;
    use windows_sys::Win32::UI::WindowsAndMessaging::AllowSetForegroundWindow;
    if let Some(process) = stream.peer_creds().ok().and_then(|peer| peer.pid()) {
        // SAFETY: takes a number and touches no memory of ours. Failing, it leaves the window where it is, blinking in the task bar.
        unsafe { AllowSetForegroundWindow(process) };
    }
}

#[cfg(not(windows))]
fn allow_raising(_stream: &Stream) {}

/// The number of the session of Windows this runs in: one person may have several, each with a screen.
#[cfg(windows)]
#[allow(unsafe_code)]
fn session() -> u32 {
    use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;
    let mut session = 0;
    // SAFETY: writes one u32 to the address it gets, which is that of a local variable. Failing, it leaves 0.
    unsafe { ProcessIdToSessionId(std::process::id(), &mut session) };
    session
}

#[cfg(not(windows))]
fn session() -> u32 {
    0
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;

    use super::{Command, Commands, Start, claim};

    #[test]
    fn a_later_start_gives_its_files_to_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let Start::First(first) = claim(folder.path(), &[]) else { panic!("nobody else is there") };
        let (commands, inbox) = Commands::new(Arc::new(|| {}));
        first.listen(commands).expect("a thread");
        let file = folder.path().join("हिन्दी bills 2026.csv");
        assert!(matches!(claim(folder.path(), std::slice::from_ref(&file)), Start::Given));
        let opened = inbox.recv_timeout(Duration::from_secs(5)).expect("a command");
        assert!(matches!(opened, Command::Open(files) if files == [file]));
        assert!(matches!(inbox.recv_timeout(Duration::from_secs(5)), Ok(Command::Raise)));
        // Without files it only comes to the front.
        assert!(matches!(claim(folder.path(), &[]), Start::Given));
        assert!(matches!(inbox.recv_timeout(Duration::from_secs(5)), Ok(Command::Raise)));
    }

    #[test]
    fn another_folder_is_another_window() {
        let [one, two] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let first = claim(one.path(), &[]);
        assert!(matches!(first, Start::First(_)));
        assert!(matches!(claim(two.path(), &[]), Start::First(_)));
        drop(first);
        assert!(matches!(claim(one.path(), &[]), Start::First(_)), "after the first has ended there is a new first");
    }

    #[test]
    fn where_nothing_can_be_kept_every_start_is_alone() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert!(matches!(claim(&PathBuf::from(file.path()).join("inside"), &[]), Start::Alone));
    }
}
