//! A finished column to think about.

use std::ops::ControlFlow;
use std::sync::OnceLock;

use super::fit::Each;
use crate::data::column::ColumnView;
use crate::data::format::Value;
use crate::data::kind::{Kind, Rules, null_word};
use crate::data::merge::{MergeRules, Merged};
use crate::data::report::type_name;
use crate::data::steps::Steps;
use crate::data::table::Stored;

/// A finished column, and how it came about.
pub struct Subject<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its cells.
    pub view: ColumnView<'a>,
    /// What merging found.
    pub merged: &'a Merged,
    /// Its type and bytes.
    pub stored: Stored,
    /// How it was read and decided.
    pub rules: MergeRules,
    counts: OnceLock<Vec<u64>>,
}

impl<'a> Subject<'a> {
    /// `None` for a type that shrinking never makes.
    pub fn new(name: &'a str, merged: &'a Merged, rules: MergeRules) -> Option<Self> {
        let view = ColumnView::new(&merged.series, merged.format)?;
        let stored = Stored { kind: type_name(&merged.series, merged.unique), bytes: view.heap_bytes() };
        Some(Self { name, view, merged, stored, rules, counts: OnceLock::new() })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.view.len()
    }

    /// Rows with a value.
    pub fn values(&self) -> usize {
        self.rows().saturating_sub(self.merged.nulls)
    }

    /// Its words, when it is one of categories.
    pub fn words(&self) -> Option<impl Iterator<Item = &'a [u8]> + use<'a>> {
        self.view.words().map(|words| words.values_iter().map(str::as_bytes))
    }

    /// In how many rows each of its words stands. Looks at every row when first asked.
    pub fn counts(&self) -> &[u64] {
        self.counts.get_or_init(|| {
            let mut counts = vec![0; self.view.words().map_or(0, |words| words.values_iter().len())];
            for row in 0..self.rows() {
                if let Some(count) = self.view.word(row).and_then(|word| counts.get_mut(word)) {
                    *count += 1;
                }
            }
            counts
        })
    }

    /// The text of a row of a column of text.
    #[inline]
    pub fn text(&self, row: usize) -> Option<&'a [u8]> {
        if let Some(Value::Text(text)) = self.view.value(row) { Some(text) } else { None }
    }

    /// All cells of a column of text: each word once with its count, or each row by itself.
    pub fn each(&self, each: &mut Each<'_>) {
        let Some(words) = self.words() else {
            let _ = (0..self.rows()).try_for_each(|row| each(self.text(row), 1));
            return;
        };
        let blank = self.merged.nulls as u64;
        if blank > 0 && each(None, blank).is_break() {
            return;
        }
        let _ = words.zip(self.counts()).try_for_each(|(word, count)| each(Some(word), *count));
    }

    /// The rules with other steps.
    pub fn rules_with(&self, steps: Steps) -> MergeRules {
        MergeRules { rules: Rules { steps, ..self.rules.rules }, ..self.rules }
    }

    /// Whether its first value alone makes it text, whatever steps are on.
    pub fn starts_with_text(&self) -> bool {
        let rules = Rules { steps: Steps::ALL, ..self.rules.rules };
        let first = (0..self.rows()).find_map(|row| self.text(row));
        first.is_some_and(|text| rules.classify(text) == Kind::Text && null_word(text).is_none())
    }

    /// The first row whose text is as asked: by each word once, or by each row.
    pub fn first_row(&self, asked: impl Fn(&[u8]) -> bool) -> Option<usize> {
        let Some(words) = self.words() else {
            return (0..self.rows()).find(|row| self.text(*row).is_some_and(&asked));
        };
        let asked: Vec<bool> = words.map(asked).collect();
        (0..self.rows()).find(|row| self.view.word(*row).and_then(|word| asked.get(word)).copied().unwrap_or(false))
    }
}

/// A text that a walk goes on after.
pub fn go_on() -> ControlFlow<()> {
    ControlFlow::Continue(())
}
