//! The columns of the table of processes: what stands in them, and which are shown.

use std::cmp::Ordering;
use std::time::Duration;

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
    /// For whom it runs.
    User,
    /// What started it.
    Parent,
    /// How it was started.
    Command,
}

impl Column {
    /// All, from the left.
    pub const ALL: [Self; 11] = [
        Self::Name,
        Self::Pid,
        Self::Cpu,
        Self::Memory,
        Self::Disk,
        Self::Threads,
        Self::Handles,
        Self::Running,
        Self::User,
        Self::Parent,
        Self::Command,
    ];

    /// What it is called in the file of what is remembered: kept for years.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Pid => "pid",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Threads => "threads",
            Self::Handles => "handles",
            Self::Running => "running",
            Self::User => "user",
            Self::Parent => "parent",
            Self::Command => "command",
        }
    }

    /// Whether it holds words, which begin at the left.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Name | Self::User | Self::Command)
    }

    /// Whether it is kept of the processes of the past.
    pub const fn is_kept(self) -> bool {
        matches!(self, Self::Name | Self::Pid | Self::Cpu | Self::Memory)
    }

    /// Whether many processes of one program have one of it together.
    pub const fn adds_up(self) -> bool {
        !matches!(self, Self::Pid | Self::User | Self::Parent | Self::Command)
    }

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
            Self::User => "User",
            Self::Parent => "Parent",
            Self::Command => "Command line",
        }
    }

    /// What stands in it; `None` where the system does not tell. CPU use is shown multiplied by `cpus`.
    pub fn text(self, row: &ProcessRow, cpus: f64) -> Option<String> {
        match self {
            Self::Name => Some(row.name.to_string()),
            // An id is a name, not an amount: no separators.
            Self::Pid => Some(row.pid.to_string()),
            Self::Cpu => Some(format::percent_fine(f64::from(row.cpu_percent) * cpus)),
            Self::Memory => Some(format::bytes(row.memory)),
            Self::Disk => disk(row).map(format::rate),
            Self::Threads => row.threads.map(|threads| format::count(u64::from(threads))),
            Self::Handles => row.handles.map(|handles| format::count(u64::from(handles))),
            Self::Running => Some(format::span(Duration::from_secs(row.run_time_seconds.max(1)))),
            Self::User => row.user.as_deref().map(str::to_owned),
            Self::Parent => row.parent.map(|parent| parent.to_string()),
            Self::Command => row.command.as_deref().map(str::to_owned),
        }
    }

    /// Which of two processes comes first when the smallest does.
    pub fn compare(self, a: &ProcessRow, b: &ProcessRow) -> Ordering {
        match self {
            Self::Name => caseless(&a.name).cmp(caseless(&b.name)),
            Self::Pid => a.pid.cmp(&b.pid),
            Self::Cpu => a.cpu_percent.total_cmp(&b.cpu_percent),
            Self::Memory => a.memory.cmp(&b.memory),
            Self::Disk => disk(a).unwrap_or(-1.0).total_cmp(&disk(b).unwrap_or(-1.0)),
            Self::Threads => a.threads.cmp(&b.threads),
            Self::Handles => a.handles.cmp(&b.handles),
            Self::Running => a.run_time_seconds.cmp(&b.run_time_seconds),
            Self::User => a.user.cmp(&b.user),
            Self::Parent => a.parent.cmp(&b.parent),
            Self::Command => a.command.cmp(&b.command),
        }
    }
}

/// Which columns are shown; the name always is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(Vec<Column>);

impl Default for Columns {
    fn default() -> Self {
        Self(Column::ALL.into_iter().filter(|column| !matches!(column, Column::User | Column::Parent | Column::Command)).collect())
    }
}

impl Columns {
    /// Those of these keys; keys that this version does not know are passed over.
    pub fn of_keys(keys: &[String]) -> Self {
        Self(
            Column::ALL
                .into_iter()
                .filter(|column| *column == Column::Name || keys.iter().any(|key| key == column.key()))
                .collect(),
        )
    }

    /// Their keys.
    pub fn keys(&self) -> Vec<String> {
        self.0.iter().map(|column| column.key().to_owned()).collect()
    }

    /// Those that are shown, from the left.
    pub fn shown(&self) -> &[Column] {
        &self.0
    }

    /// Shows this column, or hides it.
    pub fn toggle(&mut self, column: Column) {
        let is_wanted = |other: &Column| *other == Column::Name || (*other == column) != self.0.contains(other);
        self.0 = Column::ALL.into_iter().filter(is_wanted).collect();
    }
}

/// Read and written together, bytes per second.
pub fn disk(row: &ProcessRow) -> Option<f64> {
    sum(row.read_per_s, row.written_per_s)
}

/// Both together; `None` when neither is told.
pub fn sum(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(|one, other| one + other)
}

fn caseless(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_shown_and_hidden_and_stay_in_their_order() {
        let mut columns = Columns::default();
        columns.toggle(Column::Command);
        columns.toggle(Column::Disk);
        columns.toggle(Column::Name);
        let keys = columns.keys();
        assert_eq!(keys, ["name", "pid", "cpu", "memory", "threads", "handles", "running", "command"]);
        assert_eq!(Columns::of_keys(&keys), columns);
        columns.toggle(Column::Disk);
        assert_eq!(columns.shown().get(4), Some(&Column::Disk));
        assert_eq!(Columns::of_keys(&["cpu".into(), "of a later version".into()]).keys(), ["name", "cpu"]);
    }

    #[test]
    fn what_is_not_told_has_no_text() {
        let row = ProcessRow::default();
        assert_eq!(Column::Disk.text(&row, 1.0), None);
        assert_eq!(Column::Handles.text(&row, 1.0), None);
        assert_eq!([Column::User, Column::Parent, Column::Command].map(|column| column.text(&row, 1.0)), [None, None, None]);
        let row = ProcessRow { written_per_s: Some(3_100_000.0), handles: Some(11_870), pid: 13_388, cpu_percent: 12.5, ..row };
        assert_eq!(Column::Disk.text(&row, 1.0).as_deref(), Some("3.1 MB/s"));
        assert_eq!(Column::Handles.text(&row, 1.0).as_deref(), Some("11,870"));
        assert_eq!(Column::Pid.text(&row, 1.0).as_deref(), Some("13388"));
        assert_eq!(
            [Column::Cpu.text(&row, 1.0), Column::Cpu.text(&row, 8.0)].map(Option::unwrap_or_default),
            ["12.5 %", "100.0 %"]
        );
    }
}
