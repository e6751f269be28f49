//! The rows of the table of processes: which, in which order, and what stands in them.

use std::cmp::Ordering;
use std::time::Duration;

use crate::app::widgets::Sort;
use crate::report::format;
use crate::sampler::ProcessRow;

/// The columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Name of the program.
    Name,
    /// Its number.
    Pid,
    /// CPU, share of the whole machine.
    Cpu,
    /// Physical memory.
    Memory,
    /// Read and written per second.
    Disk,
    /// Threads.
    Threads,
    /// Files, sockets or handles.
    Handles,
    /// How long it has run.
    Running,
}

impl Column {
    /// All, from the left.
    pub const ALL: [Self; 8] =
        [Self::Name, Self::Pid, Self::Cpu, Self::Memory, Self::Disk, Self::Threads, Self::Handles, Self::Running];

    /// Its title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Pid => "PID",
            Self::Cpu => "CPU",
            Self::Memory => "Memory",
            Self::Disk => "Disk",
            Self::Threads => "Threads",
            Self::Handles => {
                if cfg!(windows) {
                    "Handles"
                } else {
                    "Open files"
                }
            }
            Self::Running => "Running for",
        }
    }

    /// What stands in it; `None` where the system does not tell.
    pub fn text(self, row: &ProcessRow) -> Option<String> {
        match self {
            Self::Name => Some(row.name.to_string()),
            // An id is a name, not an amount: no separators.
            Self::Pid => Some(row.pid.to_string()),
            Self::Cpu => Some(format::percent_fine(f64::from(row.cpu_percent))),
            Self::Memory => Some(format::bytes(row.memory)),
            Self::Disk => disk(row).map(format::rate),
            Self::Threads => row.threads.map(|threads| format::count(u64::from(threads))),
            Self::Handles => row.handles.map(|handles| format::count(u64::from(handles))),
            Self::Running => Some(format::span(Duration::from_secs(row.run_time_seconds.max(1)))),
        }
    }

    fn compare(self, a: &ProcessRow, b: &ProcessRow) -> Ordering {
        match self {
            Self::Name => caseless(&a.name).cmp(caseless(&b.name)),
            Self::Pid => a.pid.cmp(&b.pid),
            Self::Cpu => a.cpu_percent.total_cmp(&b.cpu_percent),
            Self::Memory => a.memory.cmp(&b.memory),
            Self::Disk => disk(a).unwrap_or(-1.0).total_cmp(&disk(b).unwrap_or(-1.0)),
            Self::Threads => a.threads.cmp(&b.threads),
            Self::Handles => a.handles.cmp(&b.handles),
            Self::Running => a.run_time_seconds.cmp(&b.run_time_seconds),
        }
    }
}

/// Read and written together, bytes per second.
fn disk(row: &ProcessRow) -> Option<f64> {
    row.read_per_s.into_iter().chain(row.written_per_s).reduce(|read, written| read + written)
}

fn caseless(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// Which processes are listed, and in which order.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcessTable {
    /// What name or id must have in it.
    pub search: String,
    sort: Sort<Column>,
    rows: Vec<usize>,
}

impl Default for ProcessTable {
    fn default() -> Self {
        Self { search: String::new(), sort: Sort::by(Column::Cpu, true), rows: Vec::new() }
    }
}

impl ProcessTable {
    /// The order.
    pub fn sort(&self) -> Sort<Column> {
        self.sort
    }

    /// Numbers of the listed processes in the snapshot's list, in order.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// Sorts by `column`; names from A on, all else the largest first; again turns the order round.
    pub fn sort_by(&mut self, column: Column) {
        self.sort = self.sort.clicked(column, !matches!(column, Column::Name | Column::Pid));
    }

    /// Chooses and sorts anew. Equal ones stand in the order of their ids, so that rows do not jump about.
    pub fn arrange(&mut self, processes: &[ProcessRow]) {
        let wanted = self.search.trim().to_lowercase();
        let matches = |row: &ProcessRow| {
            wanted.is_empty() || row.name.to_lowercase().contains(&wanted) || row.pid.to_string().contains(&wanted)
        };
        let mut found: Vec<(usize, &ProcessRow)> = processes.iter().enumerate().filter(|(_, row)| matches(row)).collect();
        let Sort { column, descending } = self.sort;
        found.sort_by(|(_, a), (_, b)| {
            let order = column.compare(a, b);
            if descending { order.reverse() } else { order }.then(a.pid.cmp(&b.pid))
        });
        self.rows = found.into_iter().map(|(index, _)| index).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::example;

    fn names(table: &ProcessTable, processes: &[ProcessRow]) -> Vec<String> {
        table.rows().iter().map(|&index| processes[index].name.to_string()).collect()
    }

    #[test]
    fn sorted_by_any_column_and_turned_round() {
        let processes = example(1)[0].processes.clone();
        let mut table = ProcessTable::default();
        table.arrange(&processes);
        assert_eq!(names(&table, &processes), ["postgres", "python3", "worker", "init"]);
        table.sort_by(Column::Memory);
        table.arrange(&processes);
        assert_eq!(names(&table, &processes), ["python3", "postgres", "worker", "init"]);
        table.sort_by(Column::Name);
        table.arrange(&processes);
        assert_eq!(names(&table, &processes), ["init", "postgres", "python3", "worker"]);
        table.sort_by(Column::Name);
        table.arrange(&processes);
        assert_eq!(names(&table, &processes), ["worker", "python3", "postgres", "init"]);
    }

    #[test]
    fn found_by_name_in_any_case_or_by_id() {
        let processes = example(1)[0].processes.clone();
        let mut table = ProcessTable { search: " PY".into(), ..ProcessTable::default() };
        table.arrange(&processes);
        assert_eq!(names(&table, &processes), ["python3"]);
        table.search = "90".into();
        table.arrange(&processes);
        assert_eq!(names(&table, &processes), ["python3", "worker"]);
    }

    #[test]
    fn what_is_not_told_has_no_text() {
        let row = ProcessRow::default();
        assert_eq!(Column::Disk.text(&row), None);
        assert_eq!(Column::Handles.text(&row), None);
        let row = ProcessRow { written_per_s: Some(3_100_000.0), handles: Some(11_870), pid: 13_388, ..row };
        assert_eq!(Column::Disk.text(&row).as_deref(), Some("3.1 MB/s"));
        assert_eq!(Column::Handles.text(&row).as_deref(), Some("11,870"));
        assert_eq!(Column::Pid.text(&row).as_deref(), Some("13388"));
    }
}
