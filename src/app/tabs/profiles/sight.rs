//! Which part of an axis is in sight: zooming, moving and going back to all of it, for the views over time.

use std::ops::Range;

/// The least that can be in sight, in units of the axis: nanoseconds, or what was measured.
const LEAST: i128 = 10;

/// A part of an axis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    whole: Range<i64>,
    seen: Range<i64>,
}

/// How what is in sight changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    /// More (above 1) or less (below 1) of it, what is at the second staying where it is.
    Zoom(f64, i64),
    /// Moved towards the end by so much.
    Pan(i64),
    /// This.
    Show(Range<i64>),
    /// All of it.
    All,
}

impl Sight {
    /// All of an axis.
    pub fn new(whole: Range<i64>) -> Self {
        Self { seen: whole.clone(), whole }
    }

    /// What is in sight.
    pub fn seen(&self) -> Range<i64> {
        self.seen.clone()
    }

    /// All there is.
    pub fn whole(&self) -> Range<i64> {
        self.whole.clone()
    }

    /// Whether only a part is in sight.
    pub fn is_part(&self) -> bool {
        self.seen != self.whole
    }

    /// Another axis of the same kind: what was in sight stays, as far as there is such a part.
    pub fn with_whole(&self, whole: Range<i64>) -> Self {
        let mut sight = Self::new(whole);
        if self.is_part() {
            sight.show(self.seen());
        }
        sight
    }

    /// Changes what is in sight.
    pub fn look(&mut self, look: &Look) {
        match look {
            Look::Zoom(factor, around) => self.zoom(*factor, *around),
            Look::Pan(by) => {
                let by = i128::from(*by);
                self.set(i128::from(self.seen.start) + by, i128::from(self.seen.end) + by);
            }
            Look::Show(range) => self.show(range.clone()),
            Look::All => self.seen = self.whole(),
        }
    }

    /// A zoom of `factor` leaves `around` where it is on the screen.
    fn zoom(&mut self, factor: f64, around: i64) {
        if !factor.is_finite() || factor <= 0.0 {
            return;
        }
        let around = i128::from(around.clamp(self.seen.start, self.seen.end));
        let far = |edge: i64| ((i128::from(edge) - around) as f64 / factor).round() as i128;
        // A factor near 0 reaches beyond all numbers.
        self.set(around.saturating_add(far(self.seen.start)), around.saturating_add(far(self.seen.end)));
    }

    fn show(&mut self, range: Range<i64>) {
        self.set(range.start.into(), range.end.into());
    }

    /// Brings a range into the bounds, its length first.
    fn set(&mut self, from: i128, to: i128) {
        let (start, end) = (i128::from(self.whole.start), i128::from(self.whole.end));
        let length = to.saturating_sub(from).max(LEAST).min(end - start);
        let from = from.clamp(start, (end - length).max(start));
        // Both lie between the ends of the whole, which are of 64 bits.
        self.seen = from as i64..(from + length) as i64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_zoom_nor_pan_leaves_the_whole() {
        let mut sight = Sight::new(100..1100);
        sight.look(&Look::Pan(50));
        assert!(!sight.is_part(), "there is nowhere to go");
        sight.look(&Look::Zoom(2.0, 350));
        assert_eq!(sight.seen(), 225..725);
        sight.look(&Look::Pan(9999));
        assert_eq!(sight.seen(), 600..1100);
        sight.look(&Look::Zoom(1e12, 1100));
        assert_eq!(sight.seen(), 1090..1100);
        sight.look(&Look::Zoom(1e-12, 1100));
        assert!(!sight.is_part());
        sight.look(&Look::Show(300..400));
        assert_eq!(sight.with_whole(0..350).seen(), 250..350);
        sight.look(&Look::All);
        assert_eq!(sight.seen(), 100..1100);
    }

    #[test]
    fn the_ends_of_numbers_are_borne() {
        let mut sight = Sight::new(i64::MIN..i64::MAX);
        for look in [
            Look::Zoom(3.0, i64::MIN),
            Look::Pan(i64::MAX),
            Look::Pan(i64::MIN),
            Look::Zoom(f64::NAN, 0),
            Look::Zoom(1e-300, 7),
            Look::Show(std::ops::Range { start: 9, end: -9 }),
        ] {
            sight.look(&look);
            assert!(sight.seen().start < sight.seen().end, "{look:?}");
        }
        assert_eq!(Sight::new(5..5).seen(), 5..5);
    }
}
