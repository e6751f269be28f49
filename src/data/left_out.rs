//! Columns that a person leaves out. They stay in the frame, so that they can be put back at once.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::suggest::{Suggestion, SuggestionKind};
use super::table::{Report, Table, Warning};

impl Table {
    /// The same table, with the columns of these names left out and all others in it. Costs no more than the report: the columns are shared.
    #[must_use]
    pub fn leaving_out(&self, names: &BTreeSet<String>) -> Self {
        let mut table = self.clone();
        table.report.leave_out(names);
        table
    }

    /// The table without the columns that are left out.
    pub fn kept(&self) -> Cow<'_, Self> {
        if self.report.left_out() == 0 {
            return Cow::Borrowed(self);
        }
        let names = self.report.columns.iter().filter(|column| column.left_out).map(|column| column.name.as_str());
        let frame = self.frame.drop_many(names);
        let mut report = self.report.clone();
        report.columns.retain(|column| !column.left_out);
        Cow::Owned(Self { frame, report })
    }
}

impl Report {
    /// Number of columns that are left out.
    pub fn left_out(&self) -> usize {
        self.columns.iter().filter(|column| column.left_out).count()
    }

    /// The suggestions about which there is still something to do: none for columns that are left out.
    pub fn open_suggestions(&self) -> Vec<&Suggestion> {
        let kept = |name: &&String| self.columns.iter().any(|column| column.name == **name && !column.left_out);
        let is_open = |one: &&Suggestion| {
            // Of equal columns one stays.
            let least = if one.kind == SuggestionKind::Equal { 2 } else { 1 };
            one.columns.iter().filter(kept).count() >= least
        };
        self.suggestions.iter().filter(is_open).collect()
    }

    /// Leaves out the columns of these names, and says which of the names there are none of.
    pub fn leave_out(&mut self, names: &BTreeSet<String>) {
        let unknown = names.iter().filter(|name| self.columns.iter().all(|column| column.name != **name));
        let text = |name| format!("There is no column “{name}”, which was to be left out.");
        let told: Vec<Warning> = unknown.map(|name| Warning { column: None, row: None, text: text(name) }).collect();
        self.warnings.extend(told);
        for column in &mut self.columns {
            column.left_out = names.contains(&column.name);
        }
        self.after_bytes = self.columns.iter().filter(|column| !column.left_out).map(|column| column.after.bytes).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{OutputFormat, table_of, write};
    use crate::jobs::{Cancel, Progress};

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn csv(table: &Table) -> String {
        let mut out = Vec::new();
        write(table, OutputFormat::Csv, &mut out, &Cancel::new(), &Progress::new()).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn what_is_left_out_is_not_written_nor_counted_and_can_be_put_back() {
        let whole = table_of("a,b,c\n1,x,7\n2,y,7\n");
        let without = whole.leaving_out(&names(&["c", "a"]));
        assert_eq!(csv(&without), "b\nx\ny\n");
        assert_eq!((without.report.left_out(), without.report.before_bytes), (2, whole.report.before_bytes));
        assert_eq!(without.report.after_bytes, whole.report.columns[1].after.bytes);
        let told = |table: &Table| table.report.open_suggestions().iter().map(|one| one.columns.clone()).collect::<Vec<_>>();
        assert_eq!((told(&whole), told(&without)), (vec![vec!["c".to_owned()]], vec![]));
        let again = without.leaving_out(&BTreeSet::new());
        assert_eq!((&again.report, csv(&again)), (&whole.report, "a,b,c\n1,x,7\n2,y,7\n".into()));
        let unknown = whole.leaving_out(&names(&["d"]));
        assert_eq!(unknown.report.warnings.len(), whole.report.warnings.len() + 1);
        assert_eq!(unknown.report.left_out(), 0);
    }
}
