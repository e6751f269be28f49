//! How a person arranged the plots of the monitor.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Most rows that are kept.
const MAX_ROWS: usize = 60;
/// Most cards in a row.
pub const MAX_IN_ROW: usize = 6;
/// Shares of height and width that make sense.
const SHARES: std::ops::RangeInclusive<f32> = 0.01..=100.0;

/// The plots of the monitor: what stands where, and how it is drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plots {
    /// From the top; none for the standard layout.
    pub rows: Vec<PlotRow>,
    /// How the cores are drawn in the plot of the CPU.
    pub cores: Cores,
    /// Whether marks of what was done are left out.
    pub hide_marks: bool,
}

/// Cards side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlotRow {
    /// Its share of the height, in relation to those of the other rows.
    pub height: f32,
    /// From the left.
    pub cards: Vec<PlotCard>,
}

/// One card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlotCard {
    /// What it shows: a name that this or another version of the program knows.
    pub shows: String,
    /// Its share of the row's width, in relation to those of the other cards.
    pub width: f32,
    /// Whether its value axis is logarithmic.
    pub logarithmic: bool,
}

/// How the logical CPUs are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cores {
    /// Each as a line, in percent of itself.
    Lines,
    /// Each as an area, in percent of the machine: together they are the use of the whole CPU.
    Stacked,
    /// Not one by one. Also what another version of the program knows.
    #[default]
    #[serde(other)]
    Off,
}

impl Default for PlotRow {
    fn default() -> Self {
        Self { height: 1.0, cards: Vec::new() }
    }
}

impl Default for PlotCard {
    fn default() -> Self {
        Self { shows: String::new(), width: 1.0, logarithmic: false }
    }
}

impl Plots {
    /// Without what cannot be used: rows without cards, a card twice, shares that are none.
    pub(super) fn tidied(mut self) -> Self {
        let mut seen = BTreeSet::new();
        for row in &mut self.rows {
            row.height = share(row.height);
            row.cards.retain(|card| !card.shows.is_empty() && seen.insert(card.shows.clone()));
            row.cards.truncate(MAX_IN_ROW);
            row.cards.iter_mut().for_each(|card| card.width = share(card.width));
        }
        self.rows.retain(|row| !row.cards.is_empty());
        self.rows.truncate(MAX_ROWS);
        self
    }
}

fn share(share: f32) -> f32 {
    if SHARES.contains(&share) { share } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_left_out() {
        let card = |shows: &str, width| PlotCard { shows: shows.into(), width, logarithmic: false };
        let row = |height, cards| PlotRow { height, cards };
        let many = (0..9).map(|n| card(&n.to_string(), 1.0)).collect();
        let rows = vec![
            row(f32::NAN, vec![card("cpu", 1e30), card("cpu", 1.0), card("", 1.0)]),
            row(2.0, vec![card("cpu", 1.0)]),
            row(-1.0, many),
        ];
        let tidy = Plots { rows, ..Plots::default() }.tidied();
        assert_eq!(tidy.rows[0], row(1.0, vec![card("cpu", 1.0)]));
        assert_eq!((tidy.rows.len(), tidy.rows[1].height, tidy.rows[1].cards.len()), (2, 1.0, MAX_IN_ROW));
        assert_eq!(tidy.clone().tidied(), tidy);
    }
}
