//! The list of processes. Linux has a reader of its own (`process_linux.rs`): sysinfo reads more files for each process,
//! tells neither threads nor handles, and costs more than twice as much. Everywhere else it is sysinfo.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use sysinfo::System;

use super::snapshot::ProcessRow;

#[cfg(not(target_os = "linux"))]
use super::process_elsewhere::Reader;
#[cfg(target_os = "linux")]
use super::process_linux::Reader;

/// Processes are read at most this often; in between, snapshots repeat the list. CPU times are counted in ticks of 10 ms:
/// over less time the figures would jump, and reading them is most of the cost of a sample.
pub const PROCESS_INTERVAL: Duration = Duration::from_millis(500);
/// And so often with [`Processes::Seldom`].
pub const SELDOM: Duration = Duration::from_secs(10);
/// A sample that comes a little early still counts as one interval later.
const EARLY: Duration = Duration::from_millis(50);
/// Without a list, processes are counted at most this often.
const COUNT_INTERVAL: Duration = Duration::from_secs(5);

/// Which processes a snapshot lists. Reading them is most of the cost of a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Processes {
    /// None, while nobody looks at them.
    Off,
    /// All, but read only every [`SELDOM`]: for what is kept and not looked at.
    Seldom,
    /// Those that use most CPU, and of those that use none most memory.
    Top(usize),
    /// All.
    #[default]
    All,
}

/// Sorts by CPU, then memory, most first, and keeps what was asked for.
pub fn select(mut rows: Vec<ProcessRow>, wanted: Processes) -> Arc<[ProcessRow]> {
    rows.sort_by(most_first);
    match wanted {
        Processes::Off => rows.clear(),
        Processes::Top(count) => rows.truncate(count),
        Processes::All | Processes::Seldom => {}
    }
    rows.into()
}

fn most_first(a: &ProcessRow, b: &ProcessRow) -> Ordering {
    b.cpu_percent.total_cmp(&a.cpu_percent).then(b.memory.cmp(&a.memory)).then(a.pid.cmp(&b.pid))
}

/// The list as the last snapshot has it.
#[derive(Default)]
pub struct ProcessList {
    reader: Reader,
    rows: Arc<[ProcessRow]>,
    count: Option<u32>,
    busy: f32,
    read: Option<(Duration, Processes)>,
}

impl ProcessList {
    /// Takes a first reading, from which CPU use and rates are counted. The next reading will be taken however soon it comes.
    pub fn prime(&mut self, system: &mut System, wanted: Processes, at: Duration) {
        self.read = None;
        self.read(system, wanted, at);
        self.read = None;
    }

    /// Reads what is wanted, unless it has just been read. Whether it did read the processes.
    pub fn read(&mut self, system: &mut System, wanted: Processes, at: Duration) -> bool {
        if !self.is_due(wanted, at) {
            return false;
        }
        self.read = Some((at, wanted));
        if wanted == Processes::Off {
            self.rows = Arc::default();
            self.count = Reader::count();
            return false;
        }
        let rows = self.reader.read(system, at);
        self.count = u32::try_from(rows.len()).ok();
        self.busy = rows.iter().map(|row| row.cpu_percent).sum::<f32>().min(100.0);
        self.rows = select(rows, wanted);
        true
    }

    /// The rows, shared with all snapshots until they are read again.
    pub fn rows(&self) -> Arc<[ProcessRow]> {
        Arc::clone(&self.rows)
    }

    /// How many processes there are, if that is known.
    pub fn count(&self) -> Option<u32> {
        self.count
    }

    /// CPU use of all processes that were read last, percent of the whole machine.
    pub fn busy(&self) -> f32 {
        self.busy
    }

    fn is_due(&self, wanted: Processes, at: Duration) -> bool {
        let Some((read, kind)) = self.read else { return true };
        let interval = match wanted {
            Processes::Off => COUNT_INTERVAL,
            Processes::Seldom => SELDOM,
            Processes::Top(_) | Processes::All => PROCESS_INTERVAL,
        };
        kind != wanted || at.saturating_sub(read) + EARLY >= interval
    }
}
