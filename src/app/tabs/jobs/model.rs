//! What the Jobs tab shows, without egui.

use crate::app::widgets::Sort;
use crate::history::{Asker, Operation, OperationResult};
use crate::operations::kind;
use crate::report::format;

/// How far back the log is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// A day.
    Day,
    /// A week.
    #[default]
    Week,
    /// Thirty days.
    Month,
    /// A year of 365 days.
    Year,
}

impl Period {
    /// All, with their names.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Day, "24 h"), (Self::Week, "7 d"), (Self::Month, "30 d"), (Self::Year, "1 y")];

    /// Its length in seconds.
    pub const fn seconds(self) -> f64 {
        86_400.0
            * match self {
                Self::Day => 1.0,
                Self::Week => 7.0,
                Self::Month => 30.0,
                Self::Year => 365.0,
            }
    }
}

/// What of the operations is plotted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// How long they took.
    #[default]
    Time,
    /// Bytes read or written in a second.
    Speed,
    /// Bytes that the program held more afterwards.
    Memory,
}

impl Measure {
    /// All, with their names.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Time, "Time"), (Self::Speed, "Speed"), (Self::Memory, "Memory")];

    /// What it is, for the card's title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Time => "Time taken",
            Self::Speed => "Speed",
            Self::Memory => "Memory kept",
        }
    }

    /// Its value for an operation: seconds, bytes in a second, or bytes. `None` where it cannot be told.
    pub fn of(self, operation: &Operation) -> Option<f64> {
        match self {
            Self::Time => Some(operation.seconds),
            Self::Speed => operation.bytes.filter(|_| operation.seconds > 0.0).map(|bytes| bytes as f64 / operation.seconds),
            Self::Memory => operation.memory_change().map(|change| change as f64),
        }
    }

    /// A value in words.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Time => format::seconds(value),
            Self::Speed => format::rate(value),
            Self::Memory => format::bytes_change(value as i64),
        }
    }
}

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// When it began.
    When,
    /// What it was.
    What,
    /// Its kind.
    Kind,
    /// How long it took.
    Took,
    /// Bytes read or written.
    Bytes,
    /// Memory held more afterwards.
    Memory,
    /// How it ended.
    Result,
    /// From where it was asked for.
    Asker,
}

impl Column {
    /// Its title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::When => "When",
            Self::What => "Operation",
            Self::Kind => "Kind",
            Self::Took => "Took",
            Self::Bytes => "Bytes",
            Self::Memory => "Memory",
            Self::Result => "Result",
            Self::Asker => "From",
        }
    }

    /// Whether the first click on it puts the largest first.
    pub const fn largest_first(self) -> bool {
        matches!(self, Self::When | Self::Took | Self::Bytes | Self::Memory | Self::Result)
    }
}

/// How an operation ended, in a word.
pub const fn result(operation: &Operation) -> &'static str {
    match operation.result {
        OperationResult::Done => "Done",
        OperationResult::Failed(_) => "Failed",
        OperationResult::Cancelled => "Cancelled",
    }
}

/// From where it was asked for, in words.
pub const fn asker(operation: &Operation) -> &'static str {
    match operation.asker {
        Asker::Window => "Window",
        Asker::CommandLine => "Command line",
    }
}

/// Its kind in words; a kind of another version by its own name.
pub fn kind_words(operation: &Operation) -> &str {
    kind::ALL.iter().find(|(name, _)| *name == operation.kind).map_or(&operation.kind, |(_, words)| words)
}

/// Numbers of the operations to be listed, in the order of the table.
pub fn arrange(operations: &[Operation], from: f64, search: &str, failed_only: bool, sort: Sort<Column>) -> Vec<usize> {
    let wanted = search.trim().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    let is_listed = |operation: &Operation| {
        operation.started >= from
            && (!failed_only || matches!(operation.result, OperationResult::Failed(_)))
            && (wanted.is_empty() || has(&operation.title) || has(kind_words(operation)) || has(result(operation)))
    };
    let mut rows: Vec<usize> = operations.iter().enumerate().filter(|(_, one)| is_listed(one)).map(|(at, _)| at).collect();
    let order = |one: &Operation, other: &Operation| match sort.column {
        Column::When => one.started.total_cmp(&other.started),
        Column::What => one.title.to_lowercase().cmp(&other.title.to_lowercase()),
        Column::Kind => kind_words(one).cmp(kind_words(other)),
        Column::Took => one.seconds.total_cmp(&other.seconds),
        Column::Bytes => one.bytes.cmp(&other.bytes),
        Column::Memory => one.memory_change().cmp(&other.memory_change()),
        Column::Result => (one.result != OperationResult::Done).cmp(&(other.result != OperationResult::Done)),
        Column::Asker => asker(one).cmp(asker(other)),
    };
    rows.sort_by(|&one, &other| {
        let (Some(first), Some(second)) = (operations.get(one), operations.get(other)) else { return one.cmp(&other) };
        let by_column = order(first, second);
        if sort.descending { by_column.reverse() } else { by_column }.then(other.cmp(&one))
    });
    rows
}

/// An operation in the plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Its place among the operations.
    pub at: usize,
    /// When it began: seconds, now is 0.
    pub x: f64,
    /// Where its value stands in the plot, see `height`.
    pub y: f64,
}

/// Where a value stands: times and speeds by their decimal logarithm, memory as it is.
pub fn height(measure: Measure, value: f64) -> f64 {
    match measure {
        Measure::Time => value.max(1e-3).log10(),
        Measure::Speed => value.max(1.0).log10(),
        Measure::Memory => value,
    }
}

/// The operations of the period in the plot, at most one for each of `columns` × `rows` places: what could not be seen apart costs nothing.
pub fn spots(operations: &[Operation], measure: Measure, now: f64, period: f64, (columns, rows): (usize, usize)) -> Vec<Spot> {
    let all: Vec<Spot> = operations
        .iter()
        .enumerate()
        .filter(|(_, operation)| operation.started >= now - period)
        .filter_map(|(at, operation)| {
            Some(Spot { at, x: (operation.started - now).min(0.0), y: height(measure, measure.of(operation)?) })
        })
        .collect();
    let (low, high) = all.iter().fold((f64::MAX, f64::MIN), |(low, high), spot| (low.min(spot.y), high.max(spot.y)));
    let place = |spot: &Spot| {
        let part = |value: f64, whole: f64, places: usize| if whole > 0.0 { (value / whole * places as f64) as usize } else { 0 };
        let failed = operations.get(spot.at).is_some_and(|one| one.result != OperationResult::Done);
        (part(spot.x + period, period, columns), part(spot.y - low, high - low, rows), failed)
    };
    let mut taken = std::collections::HashSet::new();
    let mut kept: Vec<Spot> = all.iter().rev().filter(|spot| taken.insert(place(spot))).copied().collect();
    kept.reverse();
    kept
}

/// The marks of the value axis, each with its place.
pub fn value_marks(measure: Measure, low: f64, high: f64) -> Vec<(f64, String)> {
    if measure == Measure::Memory {
        return crate::report::value_ticks(crate::report::Unit::Bytes, low, high, 4);
    }
    (low.floor() as i32..=high.ceil() as i32).map(|power| (f64::from(power), measure.show(10f64.powi(power)))).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn operation(started: f64, seconds: f64, title: &str, result: OperationResult) -> Operation {
        Operation {
            started,
            seconds,
            kind: kind::OPEN_TABLE.to_owned(),
            title: title.to_owned(),
            asker: Asker::Window,
            result,
            bytes: Some(2_000_000),
            memory: Some((100, 400)),
        }
    }

    fn three() -> Vec<Operation> {
        vec![
            operation(10.0, 2.0, "Opening b.csv", OperationResult::Done),
            operation(20.0, 0.5, "Opening A.csv", OperationResult::Failed("No table.".into())),
            operation(30.0, 1.0, "Opening c.csv", OperationResult::Cancelled),
        ]
    }

    #[test]
    fn rows_are_found_filtered_and_sorted() {
        let list = three();
        let rows = |from, search, failed, column, descending| arrange(&list, from, search, failed, Sort::by(column, descending));
        assert_eq!(rows(0.0, "", false, Column::When, true), [2, 1, 0]);
        assert_eq!(rows(0.0, "", false, Column::Took, true), [0, 2, 1]);
        assert_eq!(rows(0.0, "", false, Column::What, false), [1, 0, 2]);
        assert_eq!(rows(15.0, "", false, Column::When, false), [1, 2]);
        assert_eq!(rows(0.0, " A.CSV", false, Column::When, true), [1]);
        assert_eq!(rows(0.0, "cancelled", false, Column::When, true), [2]);
        assert_eq!(rows(0.0, "", true, Column::When, true), [1]);
        // What ties stays in the order of time, the newest first.
        assert_eq!(rows(0.0, "", false, Column::Bytes, true), [2, 1, 0]);
    }

    #[test]
    fn measures_are_told_with_their_units_or_not_at_all() {
        let one = &three()[0];
        let words = |measure: Measure| measure.of(one).map(|value| measure.show(value));
        assert_eq!(words(Measure::Time).as_deref(), Some("2 s"));
        assert_eq!(words(Measure::Speed).as_deref(), Some("1 MB/s"));
        assert_eq!(words(Measure::Memory).as_deref(), Some("+300 B"));
        let unknown = Operation { bytes: None, memory: None, ..one.clone() };
        assert_eq!((Measure::Speed.of(&unknown), Measure::Memory.of(&unknown)), (None, None));
    }

    #[test]
    fn spots_that_could_not_be_seen_apart_are_one() {
        let list: Vec<Operation> =
            (0..1000).map(|at| operation(f64::from(at) / 1000.0, 1.0, "Opening", OperationResult::Done)).collect();
        let kept = spots(&list, Measure::Time, 1000.0, 1000.0, (100, 50));
        assert_eq!(kept, [Spot { at: 999, x: -999.001, y: 0.0 }]);
        let apart = spots(&three(), Measure::Time, 40.0, 86_400.0, (100_000, 50));
        assert_eq!(apart.iter().map(|spot| (spot.at, spot.x)).collect::<Vec<_>>(), [(0, -30.0), (1, -20.0), (2, -10.0)]);
    }

    #[test]
    fn the_axis_of_times_has_a_mark_for_each_power_of_ten() {
        let words: Vec<String> = value_marks(Measure::Time, -1.7, 0.3).into_iter().map(|(_, words)| words).collect();
        assert_eq!(words, ["10 ms", "100 ms", "1 s", "10 s"]);
    }
}
