//! Processes on Windows and macOS, by way of sysinfo.

use std::collections::HashMap;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use sysinfo::{Process, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

use super::rate::Rates;
use super::snapshot::ProcessRow;

/// A process for as long as it lives: numbers are given again, but not in the same second.
type Key = (u32, u64);

/// Reads all processes by way of sysinfo.
#[derive(Default)]
pub struct Reader {
    rates: Rates<Key>,
    texts: HashMap<Key, Texts>,
}

#[derive(Clone)]
struct Texts {
    name: Arc<str>,
    command: Option<Arc<str>>,
}

impl Reader {
    /// All processes `at` this time of the monotonic clock, on a machine of so many logical CPUs.
    pub fn read(&mut self, system: &mut System, cpus: usize, at: Duration) -> Vec<ProcessRow> {
        let kind = ProcessRefreshKind::nothing().without_tasks().with_cpu().with_memory().with_disk_usage();
        system.refresh_processes_specifics(ProcessesToUpdate::All, true, kind.with_cmd(UpdateKind::OnlyIfNotSet));
        let rows = system.processes().values().map(|process| self.row(process, cpus as f32, at)).collect();
        self.rates.forget_missing();
        let alive = system.processes();
        self.texts.retain(|key, _| alive.get(&sysinfo::Pid::from_u32(key.0)).is_some_and(|held| held.start_time() == key.1));
        rows
    }

    /// How many processes run, without reading them: not to be had.
    pub fn count() -> Option<u32> {
        None
    }

    fn row(&mut self, process: &Process, cpus: f32, at: Duration) -> ProcessRow {
        let key = (process.pid().as_u32(), process.start_time());
        let disk = process.disk_usage();
        let (read_per_s, written_per_s) = self.rates.update(&key, (disk.total_read_bytes, disk.total_written_bytes), at);
        let Texts { name, command } = self.texts.entry(key).or_insert_with(|| texts(process)).clone();
        ProcessRow {
            pid: key.0,
            parent: process.parent().map(sysinfo::Pid::as_u32),
            name,
            command,
            cpu_percent: (process.cpu_usage() / cpus).clamp(0.0, 100.0),
            memory: process.memory(),
            virtual_memory: Some(process.virtual_memory()).filter(|&bytes| bytes > 0),
            threads: None,
            // Cheap on Windows only, where the system keeps count. What may not be asked counts 0.
            handles: if cfg!(windows) {
                process.open_files().and_then(|count| u32::try_from(count).ok()).filter(|&count| count > 0)
            } else {
                None
            },
            read_per_s,
            written_per_s,
            run_time_seconds: process.run_time(),
            user: None,
        }
    }
}

fn texts(process: &Process) -> Texts {
    let command = process.cmd().join(&OsString::from(" "));
    let command = (!command.is_empty()).then(|| Arc::from(command.to_string_lossy()));
    Texts { name: Arc::from(process.name().to_string_lossy()), command }
}
