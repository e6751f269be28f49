//! The programs that use most.

use std::sync::Arc;
use std::time::Duration;

use crate::app::tabs::monitor::programs;
use crate::report::format;
use crate::sampler::{ProcessRow, SELDOM, Snapshot};

/// Programs that are kept in order; how many are shown depends on the room.
const MOST: usize = 12;
/// A list that is older than this many times what it is meant to be is told with its age.
const OLD: f64 = 1.5;

/// A program that runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Its processes together, under the lowest of their numbers.
    pub row: ProcessRow,
    /// How many processes it has.
    pub count: usize,
}

/// What runs on the machine.
#[derive(Clone, Debug, Default)]
pub struct Running {
    list: Arc<[ProcessRow]>,
    /// When the list was read.
    read: f64,
    /// The list that was put in order last.
    arranged: Arc<[ProcessRow]>,
    programs: Vec<Program>,
}

impl Running {
    /// Takes a sample in. Its list of processes is an older one when they were not read anew.
    pub fn take(&mut self, snapshot: &Snapshot) {
        if !Arc::ptr_eq(&self.list, &snapshot.processes) {
            self.list = Arc::clone(&snapshot.processes);
            self.read = snapshot.time;
        }
    }

    /// Puts the programs in order: those first whose share of the CPU and whose share of the memory, of `memory` bytes, together are largest.
    pub fn arrange(&mut self, memory: u64) {
        if Arc::ptr_eq(&self.list, &self.arranged) {
            return;
        }
        self.arranged = Arc::clone(&self.list);
        let (rows, counts) = programs(&self.list);
        let weight = |row: &ProcessRow| f64::from(row.cpu_percent) + row.memory as f64 / memory.max(1) as f64 * 100.0;
        let mut all: Vec<Program> = rows.into_iter().zip(counts).map(|(row, count)| Program { row, count }).collect();
        all.sort_by(|a, b| weight(&b.row).total_cmp(&weight(&a.row)).then(a.row.pid.cmp(&b.row.pid)));
        all.truncate(MOST);
        self.programs = all;
    }

    /// The programs in order, at most twelve.
    pub fn programs(&self) -> &[Program] {
        &self.programs
    }

    /// How old the list is at this sample: how often it is read, or its age where that is more.
    pub fn age(&self, snapshot: &Snapshot) -> String {
        let every = SELDOM.as_secs_f64().max(snapshot.interval_seconds);
        let age = snapshot.time - self.read;
        if age > OLD * every {
            return format!("as of {}", format::ago(Duration::try_from_secs_f64(age).unwrap_or_default()));
        }
        format!("read every {}", format::span(Duration::try_from_secs_f64(every).unwrap_or(SELDOM)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::example;

    fn row(pid: u32, name: &str, cpu_percent: f32, memory: u64) -> ProcessRow {
        ProcessRow { pid, name: name.into(), cpu_percent, memory, ..ProcessRow::default() }
    }

    #[test]
    fn programs_are_ordered_by_cpu_and_memory_together() {
        let rows = [row(1, "idle", 0.0, 10), row(2, "hungry", 0.0, 400), row(3, "busy", 35.0, 10), row(4, "browser", 10.0, 200)];
        let more = [row(5, "browser", 1.0, 150), row(6, "idle too", 0.0, 10)];
        let snapshot = Snapshot { processes: rows.into_iter().chain(more).collect(), ..Snapshot::default() };
        let mut running = Running::default();
        running.take(&snapshot);
        assert!(running.programs().is_empty(), "until somebody looks");
        running.arrange(1000);
        let shown: Vec<_> = running.programs().iter().map(|program| (program.row.name.as_ref(), program.count)).collect();
        assert_eq!(shown, [("browser", 2), ("hungry", 1), ("busy", 1), ("idle", 1), ("idle too", 1)]);
        assert_eq!((running.programs()[0].row.cpu_percent, running.programs()[0].row.memory), (11.0, 350));
    }

    #[test]
    fn a_list_that_is_older_than_it_should_be_says_so() {
        let samples = example(3);
        let mut running = Running::default();
        running.take(&samples[0]);
        let later = |seconds: f64| {
            let mut running = running.clone();
            let snapshot =
                Snapshot { time: samples[0].time + seconds, processes: Arc::clone(&samples[0].processes), ..samples[1].clone() };
            running.take(&snapshot);
            running.age(&snapshot)
        };
        assert_eq!(later(9.0), "read every 10 s");
        assert_eq!(later(40.0), "as of 40 s ago");
        assert_eq!(running.age(&Snapshot { interval_seconds: 60.0, ..samples[0].clone() }), "read every 1 min");
    }
}
