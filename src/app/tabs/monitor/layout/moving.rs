//! Adding, taking away and moving what stands in the Monitor tab.

use crate::settings::MAX_IN_ROW;

use super::super::cards::CardId;
use super::{Cell, Layout, Piece, Row};

/// An added plot goes into a row that has less than this.
const WIDE: usize = 3;

/// Where a piece is to go in relation to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Into its row, before it.
    Left,
    /// Into its row, behind it.
    Right,
    /// Into a row of its own above.
    Above,
    /// Into a row of its own below.
    Below,
}

impl Layout {
    /// Adds a plot: into the last row of plots while it has room for it, else into a row of its own below.
    pub fn add(&mut self, id: CardId) {
        let piece = Piece::Plot(id);
        if self.find(&piece).is_some() {
            return;
        }
        let last = self.rows.iter().rposition(|row| !row.has_table());
        let room = last.and_then(|last| self.rows.get_mut(last)).filter(|row| row.cells.len() < WIDE);
        match room {
            Some(row) => {
                let width = row.mean_width();
                row.cells.push(Cell { width, ..Cell::new(piece) });
            }
            None => self.rows.insert(last.map_or(0, |last| last + 1), Row::of(piece)),
        }
    }

    /// Takes a plot away.
    pub fn remove(&mut self, id: &CardId) {
        self.take(&Piece::Plot(id.clone()));
    }

    fn take(&mut self, piece: &Piece) -> Option<(Cell, f32)> {
        let (row, at) = self.find(piece)?;
        let cells = self.rows.get_mut(row)?;
        let (cell, height) = (cells.cells.remove(at), cells.height);
        self.rows.retain(|row| !row.cells.is_empty());
        Some((cell, height))
    }

    /// Puts a piece beside another one. Nothing changes where the row is full.
    pub fn put(&mut self, piece: &Piece, side: Side, target: &Piece) {
        let beside = matches!(side, Side::Left | Side::Right);
        let Some((row, _)) = self.find(target).filter(|_| piece != target) else { return };
        let is_own_row = self.find(piece).is_some_and(|(own, _)| own == row);
        if beside && !is_own_row && self.rows.get(row).is_none_or(|row| row.cells.len() >= MAX_IN_ROW) {
            return;
        }
        let Some((cell, height)) = self.take(piece) else { return };
        let Some((row, at)) = self.find(target) else { return };
        match side {
            Side::Above => self.rows.insert(row, Row { height, cells: vec![cell] }),
            Side::Below => self.rows.insert(row + 1, Row { height, cells: vec![cell] }),
            Side::Left | Side::Right => {
                let Some(row) = self.rows.get_mut(row) else { return };
                let width = row.mean_width();
                row.cells.insert(if side == Side::Left { at } else { at + 1 }, Cell { width, ..cell });
            }
        }
    }

    /// Moves a piece one place: within its row, or to the row above or below. Beside the table of processes nothing is put by that: a piece goes past it.
    pub fn step(&mut self, piece: &Piece, side: Side) {
        if let Some((target, side)) = self.next(piece, side) {
            self.put(piece, side, &target);
        }
    }

    /// Whether there is somewhere to go.
    pub fn can_step(&self, piece: &Piece, side: Side) -> bool {
        self.next(piece, side).is_some()
    }

    fn next(&self, piece: &Piece, side: Side) -> Option<(Piece, Side)> {
        let (row, at) = self.find(piece)?;
        let own = self.rows.get(row)?;
        let other = |at: usize| own.cells.get(at).map(|cell| cell.piece.clone());
        match side {
            Side::Left => Some((other(at.checked_sub(1)?)?, Side::Left)),
            Side::Right => Some((other(at + 1)?, Side::Right)),
            Side::Above | Side::Below => {
                let next = if side == Side::Above { row.checked_sub(1) } else { Some(row + 1) };
                let next = next.and_then(|next| self.rows.get(next));
                let alone = own.cells.len() == 1;
                match next {
                    // At the end a row of its own is all that is left.
                    None if alone => None,
                    None => Some((other(if at == 0 { 1 } else { 0 })?, side)),
                    Some(next) if next.has_table() || *piece == Piece::Processes || next.cells.len() >= MAX_IN_ROW => {
                        let target = if alone { next.cells.first()?.piece.clone() } else { other(if at == 0 { 1 } else { 0 })? };
                        Some((target, side))
                    }
                    Some(next) => {
                        let beside = next.cells.get(at.min(next.cells.len().saturating_sub(1)))?;
                        Some((beside.piece.clone(), if at < next.cells.len() { Side::Left } else { Side::Right }))
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::Metric;

    fn names(layout: &Layout) -> Vec<Vec<String>> {
        layout.rows().iter().map(|row| row.cells.iter().map(|cell| cell.piece.name()).collect()).collect()
    }

    const CPU: Piece = Piece::Plot(CardId::Cpu);
    const DISK: Piece = Piece::Plot(CardId::Disk);

    #[test]
    fn pieces_are_put_beside_and_above_others() {
        let mut layout = Layout::default();
        layout.put(&CPU, Side::Right, &DISK);
        assert_eq!(names(&layout), [vec!["memory"], vec!["disk", "cpu", "network", "this program"], vec!["processes"]]);
        layout.put(&Piece::Plot(CardId::Memory), Side::Below, &Piece::Processes);
        assert_eq!(names(&layout)[1..], [vec!["processes"], vec!["memory"]]);
        layout.put(&CPU, Side::Left, &DISK);
        layout.put(&CPU, Side::Above, &CPU);
        assert_eq!(names(&layout)[0], ["cpu", "disk", "network", "this program"]);
    }

    #[test]
    fn a_full_row_takes_no_more() {
        let mut layout = Layout::default();
        for core in 0..6 {
            layout.add(CardId::Metric(Metric::CpuCore(core)));
            layout.put(&Piece::Plot(CardId::Metric(Metric::CpuCore(core))), Side::Left, &CPU);
        }
        assert_eq!(names(&layout)[0].len(), MAX_IN_ROW);
        assert_eq!(names(&layout)[2].len(), 2, "{:?}", names(&layout));
        layout.put(&Piece::Plot(CardId::Memory), Side::Left, &CPU);
        assert_eq!(names(&layout)[0].len(), MAX_IN_ROW, "within its own row a piece always moves");
    }

    #[test]
    fn a_piece_steps_through_all_rows_and_back() {
        let mut layout = Layout::default();
        assert!(!layout.can_step(&CPU, Side::Left));
        layout.step(&CPU, Side::Right);
        assert_eq!(names(&layout)[0], ["memory", "cpu"]);
        let mut seen = Vec::new();
        while layout.can_step(&CPU, Side::Below) {
            layout.step(&CPU, Side::Below);
            seen.push(layout.find(&CPU));
        }
        assert_eq!(seen, [Some((1, 1)), Some((2, 0)), Some((3, 0))]);
        assert_eq!(names(&layout).last(), Some(&vec!["cpu".to_owned()]));
        (0..9).for_each(|_| layout.step(&CPU, Side::Above));
        assert_eq!(names(&layout)[0], ["cpu"]);
        assert!(!layout.can_step(&CPU, Side::Above));
        layout.step(&Piece::Processes, Side::Above);
        assert_eq!(names(&layout)[2], ["processes"]);
    }

    #[test]
    fn added_plots_fill_rows_of_three() {
        let mut layout = Layout::default();
        (0..4).for_each(|core| layout.add(CardId::Metric(Metric::CpuCore(core))));
        layout.add(CardId::Metric(Metric::CpuCore(0)));
        let lengths: Vec<usize> = names(&layout).iter().map(Vec::len).collect();
        assert_eq!(lengths, [2, 3, 3, 1, 1]);
        layout.remove(&CardId::Metric(Metric::CpuCore(3)));
        assert_eq!(names(&layout).len(), 4);
    }
}
