//! What stands where in the Monitor tab: rows of cards with their shares of height and width.
//!
//! Rows of cards and nothing deeper: so each card has neighbours that "left" and "below" can be said of, a row has a least height and the page scrolls when
//! there are too many, and what is written down is a short list that another version can read.

mod moving;

use std::borrow::Cow;
use std::sync::Arc;

use crate::history::{metric_named, name_of_metric};
use crate::settings::{PlotCard, PlotRow};

use super::cards::CardId;

pub use moving::Side;

/// Least height of a row of plots, and of one with the table of processes, in points.
const LEAST_PLOT: f32 = 132.0;
const LEAST_TABLE: f32 = 170.0;
/// Least width of a card in points.
pub const LEAST_WIDTH: f32 = 150.0;
/// Share of the height that an added row of plots gets, in relation to the standard rows.
const ADDED: f32 = 0.26;
/// How a plot of one metric is written down.
pub const METRIC: &str = "metric ";
/// How the table of processes is written down.
const PROCESSES: &str = "processes";

/// Something that has a place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// A plot.
    Plot(CardId),
    /// The table of processes.
    Processes,
}

/// A piece in its row.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What it is.
    pub piece: Piece,
    /// Its share of the width.
    pub width: f32,
    /// Whether its value axis is logarithmic.
    pub logarithmic: bool,
}

/// Pieces side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its share of the height.
    pub height: f32,
    /// From the left.
    pub cells: Vec<Cell>,
}

/// What stands where.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    rows: Vec<Row>,
}

impl Default for Layout {
    fn default() -> Self {
        let row = |height, pieces: &[Piece]| Row { height, cells: pieces.iter().cloned().map(Cell::new).collect() };
        let plot = Piece::Plot;
        Self {
            rows: vec![
                row(0.30, &[plot(CardId::Cpu), plot(CardId::Memory)]),
                row(0.26, &[plot(CardId::Disk), plot(CardId::Network), plot(CardId::Own)]),
                row(0.44, &[Piece::Processes]),
            ],
        }
    }
}

impl Cell {
    fn new(piece: Piece) -> Self {
        Self { piece, width: 1.0, logarithmic: false }
    }
}

impl Row {
    fn of(piece: Piece) -> Self {
        Self { height: ADDED, cells: vec![Cell::new(piece)] }
    }

    fn has_table(&self) -> bool {
        self.cells.iter().any(|cell| cell.piece == Piece::Processes)
    }

    /// Least height in points.
    pub fn least(&self) -> f32 {
        self.cells.iter().map(|cell| cell.piece.least_height()).fold(0.0, f32::max)
    }

    fn mean_width(&self) -> f32 {
        self.cells.iter().map(|cell| cell.width).sum::<f32>() / self.cells.len().max(1) as f32
    }
}

impl Layout {
    /// The layout that was written down; none is the standard one.
    pub fn read(rows: &[PlotRow]) -> Self {
        let cell = |card: &PlotCard| Cell { piece: Piece::named(&card.shows), width: card.width, logarithmic: card.logarithmic };
        let row = |row: &PlotRow| Row { height: row.height, cells: row.cards.iter().map(cell).collect() };
        let mut layout = Self { rows: rows.iter().map(row).filter(|row| !row.cells.is_empty()).collect() };
        if layout.rows.is_empty() {
            return Self::default();
        }
        if layout.find(&Piece::Processes).is_none() {
            layout.rows.push(Row::of(Piece::Processes));
        }
        layout
    }

    /// The layout to be written down: nothing for the standard one.
    pub fn written(&self) -> Vec<PlotRow> {
        if *self == Self::default() {
            return Vec::new();
        }
        let card = |cell: &Cell| PlotCard { shows: cell.piece.name(), width: cell.width, logarithmic: cell.logarithmic };
        self.rows.iter().map(|row| PlotRow { height: row.height, cards: row.cells.iter().map(card).collect() }).collect()
    }

    /// From the top.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The plots, row by row.
    pub fn plots(&self) -> impl Iterator<Item = &CardId> {
        self.rows.iter().flat_map(|row| &row.cells).filter_map(|cell| match &cell.piece {
            Piece::Plot(id) => Some(id),
            Piece::Processes => None,
        })
    }

    /// Row and place in it.
    pub fn find(&self, piece: &Piece) -> Option<(usize, usize)> {
        self.rows.iter().enumerate().find_map(|(row, cells)| {
            let at = cells.cells.iter().position(|cell| cell.piece == *piece)?;
            Some((row, at))
        })
    }

    /// Whether the value axis of a plot is logarithmic.
    pub fn is_logarithmic(&self, id: &CardId) -> bool {
        let mut cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.any(|cell| cell.logarithmic && matches!(&cell.piece, Piece::Plot(own) if own == id))
    }

    /// Makes the value axis of a plot logarithmic, or linear.
    pub fn set_logarithmic(&mut self, id: &CardId, on: bool) {
        if let Some(cell) = self.cell_mut(&Piece::Plot(id.clone())) {
            cell.logarithmic = on;
        }
    }

    /// Makes a piece wider or narrower.
    pub fn widen(&mut self, piece: &Piece, factor: f32) {
        if let Some(cell) = self.cell_mut(piece) {
            cell.width = (cell.width * factor).clamp(0.05, 20.0);
        }
    }

    /// Makes the row of a piece higher or lower.
    pub fn heighten(&mut self, piece: &Piece, factor: f32) {
        if let Some(row) = self.find(piece).and_then(|(row, _)| self.rows.get_mut(row)) {
            row.height = (row.height * factor).clamp(0.05, 20.0);
        }
    }

    /// Gives the rows these heights.
    pub fn set_heights(&mut self, heights: &[f32]) {
        let total: f32 = heights.iter().sum();
        if heights.len() == self.rows.len() && total > 0.0 {
            self.rows.iter_mut().zip(heights).for_each(|(row, height)| row.height = height / total);
        }
    }

    /// Gives the pieces of a row these widths.
    pub fn set_widths(&mut self, row: usize, widths: &[f32]) {
        let total: f32 = widths.iter().sum();
        if let Some(row) = self.rows.get_mut(row).filter(|row| row.cells.len() == widths.len() && total > 0.0) {
            let count = widths.len() as f32;
            row.cells.iter_mut().zip(widths).for_each(|(cell, width)| cell.width = width / total * count);
        }
    }

    fn cell_mut(&mut self, piece: &Piece) -> Option<&mut Cell> {
        self.rows.iter_mut().flat_map(|row| &mut row.cells).find(|cell| cell.piece == *piece)
    }

    /// Heights of the rows on so many points, with `gap` between them: their shares, but none less than it needs, so that they can be more together.
    pub fn heights(&self, room: f32, gap: f32) -> Vec<f32> {
        let room = room - gap * self.rows.len().saturating_sub(1) as f32;
        let mut heights: Vec<Option<f32>> = vec![None; self.rows.len()];
        loop {
            let (mut left, mut shares) = (room, 0.0);
            for (row, height) in self.rows.iter().zip(&heights) {
                match height {
                    Some(height) => left -= height,
                    None => shares += row.height,
                }
            }
            let share = |row: &Row| (left.max(0.0) * row.height / shares.max(f32::EPSILON)).round();
            let small = self.rows.iter().zip(&heights).position(|(row, height)| height.is_none() && share(row) < row.least());
            let Some((least, height)) = small.and_then(|at| Some((self.rows.get(at)?.least(), heights.get_mut(at)?))) else {
                return self.rows.iter().zip(&heights).map(|(row, height)| height.unwrap_or_else(|| share(row))).collect();
            };
            *height = Some(least);
        }
    }
}

impl Piece {
    /// Its title.
    pub fn title(&self) -> Cow<'static, str> {
        match self {
            Self::Plot(id) => id.title(),
            Self::Processes => "Processes".into(),
        }
    }

    /// The least height that it needs, in points.
    pub fn least_height(&self) -> f32 {
        match self {
            Self::Plot(_) => LEAST_PLOT,
            Self::Processes => LEAST_TABLE,
        }
    }

    /// How it is written down.
    pub fn name(&self) -> String {
        match self {
            Self::Processes => PROCESSES.to_owned(),
            Self::Plot(CardId::Metric(metric)) => format!("{METRIC}{}", name_of_metric(metric).unwrap_or_default()),
            Self::Plot(CardId::Unknown(name)) => name.to_string(),
            Self::Plot(plain) => plain.plain_name().to_owned(),
        }
    }

    /// What was written down so. What this version does not know keeps its place, so that a newer one finds it there.
    fn named(name: &str) -> Self {
        if name == PROCESSES {
            return Self::Processes;
        }
        let plain = CardId::ALL.into_iter().find(|id| id.plain_name() == name);
        let metric = || name.strip_prefix(METRIC).and_then(metric_named).map(CardId::Metric);
        let unknown = || CardId::Unknown(Arc::from(name));
        Self::Plot(plain.or_else(metric).unwrap_or_else(unknown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::Metric;

    #[test]
    fn what_is_written_down_is_read_again() {
        assert!(Layout::default().written().is_empty() && Layout::read(&[]) == Layout::default());
        let mut layout = Layout::default();
        layout.add(CardId::Metric(Metric::CpuCore(3)));
        layout.add(CardId::Metric(Metric::Temperature("Package 温度".into())));
        layout.remove(&CardId::Own);
        layout.set_logarithmic(&CardId::Disk, true);
        layout.heighten(&Piece::Processes, 2.0);
        let written = layout.written();
        let names: Vec<&str> = written.iter().flat_map(|row| &row.cards).map(|card| card.shows.as_str()).collect();
        assert_eq!(
            names,
            ["cpu", "memory", "disk", "network", "metric cpu core 3", "metric temperature Package 温度", "processes"]
        );
        assert_eq!(Layout::read(&written), layout);
    }

    #[test]
    fn what_another_version_wrote_keeps_its_place() {
        let card = |shows: &str| PlotCard { shows: shows.into(), ..PlotCard::default() };
        let rows = [PlotRow { height: 1.0, cards: vec![card("metric flux capacitor"), card("cpu")] }];
        let layout = Layout::read(&rows);
        assert_eq!(layout.plots().next(), Some(&CardId::Unknown("metric flux capacitor".into())));
        assert_eq!(layout.written()[0], rows[0]);
        assert_eq!(layout.find(&Piece::Processes), Some((1, 0)), "the table is always there");
    }

    #[test]
    fn rows_share_the_height_and_none_is_too_low() {
        let layout = Layout::default();
        assert_eq!(layout.heights(1024.0, 12.0), [300.0, 260.0, 440.0]);
        // 300 points are less than the three need: the page scrolls.
        assert_eq!(layout.heights(300.0, 12.0), [LEAST_PLOT, LEAST_PLOT, LEAST_TABLE]);
        let mut layout = layout;
        layout.set_heights(&[800.0, 100.0, 100.0]);
        assert_eq!(layout.heights(1024.0, 12.0), [698.0, LEAST_PLOT, LEAST_TABLE]);
    }
}
