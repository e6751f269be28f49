//! The rows of the table of columns: which, in which order, and what stands in them.

use std::cmp::Ordering;

use crate::app::widgets::Sort;
use crate::data::{ColumnReport, Report};
use crate::report::{capitalised, format};

/// What the table can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// As they stand in the file.
    Place,
    /// Name, A first.
    Name,
    /// Memory as loaded.
    Before,
    /// Memory now.
    After,
    /// What was saved.
    Saving,
}

impl Key {
    /// All, in the order of the menu.
    pub const ALL: [Self; 5] = [Self::Place, Self::Name, Self::Before, Self::After, Self::Saving];

    /// Its name after `Sorted by`.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Place => "place in the file",
            Self::Name => "name",
            Self::Before => "memory before",
            Self::After => "memory after",
            Self::Saving => "saving",
        }
    }

    /// Whether the largest comes first when it is chosen.
    pub const fn largest_first(self) -> bool {
        !matches!(self, Self::Place | Self::Name)
    }

    fn compare(self, a: &ColumnReport, b: &ColumnReport) -> Ordering {
        match self {
            Self::Place => Ordering::Equal,
            Self::Name => a.name.to_lowercase().cmp(&b.name.to_lowercase()),
            Self::Before => a.before.bytes.cmp(&b.before.bytes),
            Self::After => a.after.bytes.cmp(&b.after.bytes),
            Self::Saving => a.saved_bytes().cmp(&b.saved_bytes()),
        }
    }
}

/// Which columns are listed, and in which order.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnList {
    /// What name, type or reason must have in it.
    pub filter: String,
    sort: Sort<Key>,
    rows: Vec<usize>,
}

impl Default for ColumnList {
    fn default() -> Self {
        Self { filter: String::new(), sort: Sort::by(Key::Place, false), rows: Vec::new() }
    }
}

impl ColumnList {
    /// The order.
    pub fn sort(&self) -> Sort<Key> {
        self.sort
    }

    /// Numbers of the listed columns, in order.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// Sorts by `key`; again turns the order round.
    pub fn sort_by(&mut self, key: Key) {
        self.sort = self.sort.clicked(key, key.largest_first());
    }

    /// Chooses and sorts anew. Equal ones stand as in the file.
    pub fn arrange(&mut self, report: &Report) {
        let wanted = self.filter.trim().to_lowercase();
        let mut found: Vec<(usize, &ColumnReport)> =
            report.columns.iter().enumerate().filter(|(_, column)| matches(column, &wanted)).collect();
        let Sort { column: key, descending } = self.sort;
        found.sort_by(|(place, a), (other, b)| {
            let order = if key == Key::Place { place.cmp(other) } else { key.compare(a, b) };
            if descending { order.reverse() } else { order }
        });
        self.rows = found.into_iter().map(|(at, _)| at).collect();
    }
}

fn matches(column: &ColumnReport, wanted: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(wanted);
    wanted.is_empty() || has(&column.name) || has(&super::types::TypeName::of(&column.after.kind).short) || has(&column.note)
}

pub use crate::operations::per_row;

/// `8 → 4`, bytes for each row before and after.
pub fn before_after(column: &ColumnReport, rows: u64) -> String {
    format!("{} → {}", per_row(column.before.bytes, rows), per_row(column.after.bytes, rows))
}

/// What the pointer shows on the bars: `8 MB → 4 MB, −4 MB`.
pub fn sizes(column: &ColumnReport) -> String {
    let (before, after) = (column.before.bytes, column.after.bytes);
    format!("{} → {}: {}", format::bytes(before), format::bytes(after), format::bytes_change(-column.saved_bytes()))
}

/// The widest of all bars, in bytes.
pub fn widest(report: &Report) -> u64 {
    report.columns.iter().map(|column| column.before.bytes.max(column.after.bytes)).max().unwrap_or(0)
}

/// The reason with a capital letter.
pub fn reason(column: &ColumnReport) -> String {
    capitalised(&column.note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Stored;

    fn report() -> Report {
        let column = |name: &str, before, after, note: &str| ColumnReport {
            name: name.into(),
            before: Stored { kind: "String".into(), bytes: before },
            after: Stored { kind: "Enum(8)".into(), bytes: after },
            note: note.into(),
            ..Default::default()
        };
        let columns = vec![
            column("division", 22_500, 1_000, "8 texts"),
            column("Amount", 8_000, 8_000, "decimals"),
            column("bill_no", 8_000, 4_000, "1 to 1,000"),
        ];
        Report { rows: 1_000, columns, ..Report::default() }
    }

    fn names<'a>(list: &ColumnList, report: &'a Report) -> Vec<&'a str> {
        list.rows().iter().map(|&at| report.columns[at].name.as_str()).collect()
    }

    #[test]
    fn sorted_by_each_key_and_turned_round() {
        let (report, mut list) = (report(), ColumnList::default());
        let mut order = |key| {
            list.sort_by(key);
            list.arrange(&report);
            names(&list, &report).join(" ")
        };
        assert_eq!(order(Key::Saving), "division bill_no Amount");
        assert_eq!(order(Key::Saving), "Amount bill_no division");
        assert_eq!(order(Key::Name), "Amount bill_no division");
        assert_eq!(order(Key::Before), "division Amount bill_no");
        assert_eq!(order(Key::After), "Amount bill_no division");
        assert_eq!(order(Key::Place), "division Amount bill_no");
        assert_eq!(order(Key::Place), "bill_no Amount division");
    }

    #[test]
    fn filtered_by_name_type_and_reason() {
        let (report, mut list) = (report(), ColumnList::default());
        let mut found = |filter: &str| {
            list.filter = filter.into();
            list.arrange(&report);
            list.rows().to_vec()
        };
        assert_eq!(found(" BILL "), [2]);
        assert_eq!(found("category"), [0, 1, 2]);
        assert_eq!(found("decimals"), [1]);
        assert_eq!(found("no such"), [0; 0]);
    }

    #[test]
    fn bytes_per_row_have_three_digits_at_most() {
        assert_eq!(per_row(8_000, 1_000), "8");
        assert_eq!(per_row(22_540, 1_000), "22.5");
        assert_eq!(per_row(128, 1_000), "0.13");
        assert_eq!(per_row(996, 1_000), "1");
        assert_eq!(per_row(1_234_000, 1_000), "1,234");
        assert_eq!(per_row(5, 0), "–");
        assert_eq!(before_after(&report().columns[2], 1_000), "8 → 4");
        assert_eq!(sizes(&report().columns[2]), "8 KB → 4 KB: −4 KB");
    }
}
