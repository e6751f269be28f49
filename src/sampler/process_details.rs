//! What is asked only of the process that a person looks at: the files it has open, its threads, its working directory.
//!
//! Linux reads `/proc/PID/fd`, `/proc/PID/task` and `/proc/PID/cwd`, which are told of this user's own processes only. Elsewhere only the working
//! directory is to be had.

use std::sync::Arc;
use std::time::Duration;

use super::end::{NEAR, ProcessId};

/// Files, and threads, that are listed at most.
pub const MOST_LISTED: usize = 1000;

/// What is known of a process that is looked at. `None` is what the system does not tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProcessDetails {
    /// The files it has open.
    pub files: Option<OpenFiles>,
    /// Its threads, those that use most CPU first.
    pub threads: Option<Vec<ThreadRow>>,
    /// Where it works.
    pub folder: Option<Arc<str>>,
    /// When this was read: seconds since boot.
    pub read_at: f64,
}

/// Open files, at most [`MOST_LISTED`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenFiles {
    /// By number.
    pub list: Vec<OpenFile>,
    /// Whether there are more than are listed.
    pub has_more: bool,
}

impl OpenFiles {
    /// How many of those listed are of this kind.
    pub fn count(&self, kind: FileKind) -> usize {
        self.list.iter().filter(|file| file.kind == kind).count()
    }
}

/// One open file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFile {
    /// Its number in the process.
    pub number: u32,
    /// What it is.
    pub kind: FileKind,
    /// Its path, or what the system calls it, such as `socket:[4711]`.
    pub name: Arc<str>,
}

/// Kinds of what can be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A file or folder.
    File,
    /// A connection, to another machine or on this one.
    Socket,
    /// A pipe to another process.
    Pipe,
    /// Something in `/dev`.
    Device,
    /// Something of the kernel: timers, events, memory that is shared.
    Other,
}

impl FileKind {
    /// All, with their names for one and for many.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::File, "file", "files"),
        (Self::Socket, "socket", "sockets"),
        (Self::Pipe, "pipe", "pipes"),
        (Self::Device, "device", "devices"),
        (Self::Other, "other", "others"),
    ];

    /// What a link in `/proc/PID/fd` leads to; see `man 5 proc_pid_fd`.
    pub fn of(target: &str) -> Self {
        match target {
            target if target.starts_with("socket:") => Self::Socket,
            target if target.starts_with("pipe:") => Self::Pipe,
            target if target.starts_with("/dev/") && !target.starts_with("/dev/shm/") => Self::Device,
            target if target.starts_with("/memfd:") || target.starts_with("/dmabuf:") => Self::Other,
            target if target.starts_with('/') => Self::File,
            _ => Self::Other,
        }
    }
}

/// One thread.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadRow {
    /// Its number.
    pub id: u32,
    /// What it calls itself.
    pub name: Arc<str>,
    /// CPU use since the details before, in percent of one logical CPU; `None` the first time.
    pub cpu_percent_of_one: Option<f32>,
    /// CPU time it has used so far.
    pub cpu_time: Duration,
}

/// Asks for the details of a process. CPU use of its threads is counted from `before`, which must be of the same process. `None` where it has ended.
pub fn process_details(process: &ProcessId, before: Option<&ProcessDetails>) -> Option<ProcessDetails> {
    platform::details(process, before)
}

/// Sorts threads as they are shown: by what they use now, then by what they have used, then by number.
#[cfg(target_os = "linux")]
fn sort(threads: &mut [ThreadRow]) {
    let now = |thread: &ThreadRow| thread.cpu_percent_of_one.unwrap_or(0.0);
    threads.sort_by(|a, b| now(b).total_cmp(&now(a)).then(b.cpu_time.cmp(&a.cpu_time)).then(a.id.cmp(&b.id)));
}

#[cfg(target_os = "linux")]
mod platform {
    use std::collections::HashMap;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;
    use std::time::Duration;

    use super::{FileKind, MOST_LISTED, NEAR, OpenFile, OpenFiles, ProcessDetails, ProcessId, ThreadRow, sort};
    use crate::sampler::procfs::{ProcessStat, SmallFile, Units, parse_number, uptime};

    pub fn details(process: &ProcessId, before: Option<&ProcessDetails>) -> Option<ProcessDetails> {
        let folder = PathBuf::from(format!("/proc/{}", process.pid));
        let read_at = uptime()?;
        if !is_it(process, &folder, read_at) {
            return None;
        }
        let text = |path: PathBuf| Arc::from(path.to_string_lossy());
        Some(ProcessDetails {
            files: files(&folder.join("fd")),
            threads: threads(&folder.join("task"), before, read_at),
            folder: fs::read_link(folder.join("cwd")).ok().map(text),
            read_at,
        })
    }

    /// The number may belong to another process by now.
    fn is_it(process: &ProcessId, folder: &Path, uptime: f64) -> bool {
        let Ok(line) = fs::read(folder.join("stat")) else { return false };
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |now| now.as_secs_f64());
        let born = |stat: ProcessStat| (now - uptime + seconds(stat.start_ticks)).max(0.0) as u64;
        ProcessStat::parse(&line).is_some_and(|stat| born(stat).abs_diff(process.started) <= NEAR)
    }

    fn seconds(ticks: u64) -> f64 {
        ticks as f64 / Units::here().ticks_per_second as f64
    }

    fn files(folder: &Path) -> Option<OpenFiles> {
        let entries = fs::read_dir(folder).ok()?.flatten();
        let mut numbered = entries.filter_map(|entry| Some((number(&entry)?, entry.path())));
        let mut list: Vec<OpenFile> = Vec::new();
        for (number, path) in numbered.by_ref().take(MOST_LISTED) {
            // One that was closed meanwhile is none.
            let Ok(target) = fs::read_link(path) else { continue };
            let name = target.to_string_lossy();
            list.push(OpenFile { number, kind: FileKind::of(&name), name: Arc::from(name) });
        }
        list.sort_by_key(|file| file.number);
        Some(OpenFiles { list, has_more: numbered.next().is_some() })
    }

    fn threads(folder: &Path, before: Option<&ProcessDetails>, now: f64) -> Option<Vec<ThreadRow>> {
        let earlier: HashMap<u32, Duration> = before
            .and_then(|before| before.threads.as_ref())
            .into_iter()
            .flatten()
            .map(|thread| (thread.id, thread.cpu_time))
            .collect();
        let elapsed = before.map_or(0.0, |before| now - before.read_at);
        let mut file = SmallFile::default();
        let entries = fs::read_dir(folder).ok()?.flatten().take(MOST_LISTED);
        let mut threads: Vec<ThreadRow> = entries
            .filter_map(|entry| {
                let id = number(&entry)?;
                let stat = ProcessStat::parse(file.read(entry.path().join("stat")).ok()?)?;
                let cpu_time = Duration::from_secs_f64(seconds(stat.cpu_ticks));
                let used = earlier.get(&id).map(|earlier| cpu_time.saturating_sub(*earlier));
                let share = |used: Duration| (100.0 * used.as_secs_f64() / elapsed).min(100.0) as f32;
                let cpu_percent_of_one = used.filter(|_| elapsed > 0.0).map(share);
                Some(ThreadRow { id, name: Arc::from(String::from_utf8_lossy(stat.name)), cpu_percent_of_one, cpu_time })
            })
            .collect();
        sort(&mut threads);
        Some(threads)
    }

    fn number(entry: &fs::DirEntry) -> Option<u32> {
        parse_number(entry.file_name().as_encoded_bytes()).and_then(|number| u32::try_from(number).ok())
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use std::sync::Arc;

    use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

    use super::{NEAR, ProcessDetails, ProcessId};

    pub fn details(process: &ProcessId, _: Option<&ProcessDetails>) -> Option<ProcessDetails> {
        let (mut system, number) = (System::new(), Pid::from_u32(process.pid));
        let kind = ProcessRefreshKind::nothing().with_cwd(UpdateKind::Always);
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[number]), true, kind);
        let found = system.process(number).filter(|found| found.start_time().abs_diff(process.started) <= NEAR)?;
        let folder = found.cwd().map(|folder| Arc::from(folder.to_string_lossy()));
        Some(ProcessDetails { folder, ..ProcessDetails::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn links_say_what_they_lead_to() {
        let kinds = [
            ("/home/asha/table.csv", FileKind::File),
            ("/tmp/x (deleted)", FileKind::File),
            ("/dev/shm/x", FileKind::File),
            ("/dev/null", FileKind::Device),
            ("socket:[4711]", FileKind::Socket),
            ("pipe:[4712]", FileKind::Pipe),
            ("anon_inode:[eventpoll]", FileKind::Other),
            ("/memfd:shared (deleted)", FileKind::Other),
        ];
        for (target, kind) in kinds {
            assert_eq!(FileKind::of(target), kind, "{target}");
        }
    }
}
