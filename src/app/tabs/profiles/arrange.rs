//! Search, and the order of the table.

use std::cmp::Reverse;

use crate::app::widgets::Sort;
use crate::operations::ProfileView;
use crate::profile::{Matches, NodeId, Pattern, TopRow};

/// A column of the table that it can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Name of the function.
    Name,
    /// Measured in the function itself.
    Own,
    /// Measured in it and in all it calls.
    Total,
}

impl Column {
    /// Its title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Name => "Function",
            Self::Own => "Self",
            Self::Total => "Total",
        }
    }

    /// Whether the first click on it puts the largest first.
    pub const fn largest_first(self) -> bool {
        !matches!(self, Self::Name)
    }
}

/// The functions that match a search, in an order.
#[derive(Clone, Debug)]
pub struct Arranged {
    /// The view that this belongs to.
    pub serial: u64,
    /// What was searched for.
    pub query: String,
    /// Whether that is a regular expression.
    pub by_expression: bool,
    /// Why it is none.
    pub error: Option<String>,
    /// The functions that match; none for an empty query.
    pub matches: Matches,
    /// Measured in and below them.
    pub total: i64,
    /// Rows of the top table, in the order asked for: those that match, or all for an empty query.
    pub rows: Vec<u32>,
}

impl Arranged {
    /// Searches `view` and sorts what was found.
    pub fn new(view: &ProfileView, serial: u64, query: &str, by_expression: bool, sort: Sort<Column>) -> Self {
        let (pattern, error) = match Pattern::typed(query, by_expression) {
            Ok(pattern) => (pattern, None),
            Err(error) => (None, Some(error.to_string())),
        };
        let matches = pattern.as_ref().map(|pattern| Matches::of(&view.profile, &view.groups, pattern)).unwrap_or_default();
        let total = view.tree.as_ref().map_or(0, |tree| matches.total(tree, NodeId::ROOT));
        let everything = pattern.is_none();
        let rows = view.top.rows.iter().enumerate();
        let mut rows: Vec<(u32, &TopRow)> =
            rows.filter(|(_, row)| everything || matches.contains(row.group)).map(|(index, row)| (index as u32, row)).collect();
        match sort.column {
            // The table's own order: largest self first, then by name.
            Column::Own => {}
            Column::Total => rows.sort_by_key(|(_, row)| Reverse(row.total_value.unsigned_abs())),
            Column::Name => rows.sort_by(|(_, a), (_, b)| view.name(b.group).cmp(view.name(a.group))),
        }
        if !sort.descending {
            rows.reverse();
        }
        Self {
            serial,
            query: query.to_owned(),
            by_expression,
            error,
            matches,
            total,
            rows: rows.into_iter().map(|(index, _)| index).collect(),
        }
    }

    /// What was searched for, and whether that is a regular expression: two of the same have the same matches.
    pub fn sought(&self) -> (String, bool) {
        (self.query.clone(), self.by_expression)
    }

    /// Whether something is searched for.
    pub fn is_search(&self) -> bool {
        !self.query.trim().is_empty()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::jobs::{Cancel, Progress};
    use crate::profile::{Limits, read};

    pub(crate) fn view(folded: &str) -> ProfileView {
        let (cancel, progress) = (Cancel::new(), Progress::new());
        let profile = read::read(folded.as_bytes(), None, "test.folded", &cancel, &progress, &Limits::default()).expect("valid");
        ProfileView::new(Arc::new(profile), None, true, &cancel, &progress).expect("not cancelled")
    }

    fn names(view: &ProfileView, query: &str, column: Column, descending: bool) -> Vec<String> {
        let arranged = Arranged::new(view, 1, query, false, Sort::by(column, descending));
        arranged.rows.iter().map(|row| view.name(view.top.rows[*row as usize].group).to_owned()).collect()
    }

    #[test]
    fn rows_are_sorted_and_filtered() {
        let view = view("main;parse;lex 5\nmain;lex 3\nmain;Parser 2\nidle 10\n");
        assert_eq!(names(&view, "", Column::Own, true), ["idle", "lex", "Parser", "main", "parse"]);
        assert_eq!(names(&view, "", Column::Total, true)[..2], ["idle", "main"]);
        assert_eq!(names(&view, "", Column::Name, false), ["Parser", "idle", "lex", "main", "parse"]);
        assert_eq!(names(&view, "PARS", Column::Name, true), ["parse", "Parser"]);
    }

    #[test]
    fn the_share_counts_what_is_below_matches_once() {
        let view = view("main;parse;lex 5\nmain;lex 3\nidle 10\n");
        let arranged = |query| Arranged::new(&view, 1, query, false, Sort::by(Column::Own, true));
        assert_eq!((arranged("parse").total, arranged("lex").total, arranged("").total), (5, 8, 0));
        assert!(arranged("lex").is_search() && !arranged(" ").is_search());
    }
}
