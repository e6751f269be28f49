//! The list of processes. Linux has a reader of its own (`process_linux.rs`): sysinfo reads more files for each process,
//! tells neither threads nor handles, and costs more than twice as much. Everywhere else it is sysinfo.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use sysinfo::System;

use super::cpu_clock::CpuClock;
use super::snapshot::ProcessRow;

#[cfg(not(target_os = "linux"))]
use super::process_elsewhere::Reader;
#[cfg(target_os = "linux")]
use super::process_linux::Reader;

/// Processes are read at most this often; in between, snapshots repeat the list, and tell its age. CPU times are counted in ticks of 10 ms:
/// over less time the figures would jump, and reading them is most of the cost of a sample.
pub const PROCESS_INTERVAL: Duration = Duration::from_secs(1);
/// Reading them may take at most this share of one CPU: of very many the list gets older instead, but never older than [`OLDEST`].
const SHARE: u32 = 20;
/// The largest time between two readings of a list that is looked at.
const OLDEST: Duration = Duration::from_secs(5);
/// How often they are read with [`Processes::Seldom`].
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
    match wanted {
        Processes::Off => rows.clear(),
        Processes::Top(count) if count < rows.len() => {
            // Only what is kept needs an order.
            rows.select_nth_unstable_by(count, most_first);
            rows.truncate(count);
        }
        Processes::Top(_) | Processes::All | Processes::Seldom => {}
    }
    rows.sort_by(most_first);
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
    cost: Duration,
    clock: CpuClock,
}

impl ProcessList {
    /// Takes a first reading, from which CPU use and rates are counted. The next reading will be taken however soon it comes.
    pub fn prime(&mut self, system: &mut System, cpus: usize, wanted: Processes, at: Duration) {
        self.read = None;
        self.read(system, cpus, wanted, at);
        self.read = None;
    }

    /// Reads what is wanted, unless it has just been read. Whether it did read the processes.
    pub fn read(&mut self, system: &mut System, cpus: usize, wanted: Processes, at: Duration) -> bool {
        if !self.is_due(wanted, at) {
            return false;
        }
        let before = self.read.replace((at, wanted));
        if wanted == Processes::Off {
            if before.is_some_and(|(_, kind)| kind != Processes::Off) {
                // It keeps files open, for which there is no use now.
                self.reader = Reader::default();
            }
            self.rows = Arc::default();
            self.count = Reader::count();
            return false;
        }
        let begun = self.clock.now();
        let rows = self.reader.read(system, cpus.max(1), at);
        self.cost = self.clock.now().saturating_sub(begun);
        self.count = u32::try_from(rows.len()).ok();
        self.busy = rows.iter().map(|row| row.cpu_percent).sum::<f32>().min(100.0);
        self.rows = select(rows, wanted);
        true
    }

    /// The rows, shared with all snapshots until they are read again.
    pub fn rows(&self) -> Arc<[ProcessRow]> {
        Arc::clone(&self.rows)
    }

    /// How long before `at` the rows were read. `None` while none are.
    pub fn age(&self, at: Duration) -> Option<Duration> {
        self.read.filter(|(_, kind)| *kind != Processes::Off).map(|(read, _)| at.saturating_sub(read))
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
            Processes::Top(_) | Processes::All => interval_of(self.cost),
        };
        kind != wanted || at.saturating_sub(read) + EARLY >= interval
    }
}

/// How often a list is read whose reading takes so much CPU time.
fn interval_of(cost: Duration) -> Duration {
    cost.saturating_mul(SHARE).clamp(PROCESS_INTERVAL, OLDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_takes_long_to_read_is_read_less_often() {
        let millis = Duration::from_millis;
        assert_eq!([0, 50, 150, 900].map(|cost| interval_of(millis(cost))), [1000, 1000, 3000, 5000].map(millis));
    }

    #[test]
    fn its_age_is_told_while_there_is_one() {
        let (mut list, mut system, second) = (ProcessList::default(), System::new(), Duration::from_secs(1));
        assert_eq!(list.age(second), None);
        assert!(list.read(&mut system, 1, Processes::Top(1), second));
        assert!(!list.read(&mut system, 1, Processes::Top(1), Duration::from_millis(1300)));
        assert_eq!(list.age(Duration::from_millis(1300)), Some(Duration::from_millis(300)));
        list.read(&mut system, 1, Processes::Off, second * 9);
        assert_eq!(list.age(second * 9), None);
    }

    #[test]
    fn the_top_are_those_that_a_whole_list_begins_with() {
        let row = |pid: u32| ProcessRow { pid, cpu_percent: (pid % 7) as f32, memory: u64::from(pid % 5), ..ProcessRow::default() };
        let rows: Vec<ProcessRow> = (1..100).map(row).collect();
        let pids = |wanted| select(rows.clone(), wanted).iter().map(|row| row.pid).collect::<Vec<_>>();
        let all = pids(Processes::All);
        assert_eq!((all.len(), pids(Processes::Top(0)).len()), (99, 0));
        assert_eq!([pids(Processes::Top(10)), pids(Processes::Top(99)), pids(Processes::Top(200))], [&all[..10], &all, &all]);
    }
}
