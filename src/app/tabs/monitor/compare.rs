//! The earlier period that the shown one is compared with.

use crate::report::local_moment;

use super::past::Past;
use super::window::Window;

const DAY: f64 = 86_400.0;

/// What is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Compared {
    /// The stretch that ended where the shown one begins.
    Before,
    /// The same time a day earlier.
    Day,
    /// The same time a week earlier.
    Week,
    /// A stretch that begins at this moment, seconds since 1970.
    From(f64),
}

/// A comparison, and what was read for it.
#[derive(Default)]
pub struct Comparison {
    with: Option<(Compared, f64)>,
    pub(super) past: Past,
}

impl Compared {
    /// Those that need nothing but a click, with their names.
    pub const PLAIN: [(Self, &'static str); 3] =
        [(Self::Before, "The stretch before"), (Self::Day, "A day earlier"), (Self::Week, "A week earlier")];

    /// Its name: `a day earlier`.
    pub fn name(self, now: f64) -> String {
        match self {
            Self::Before => "the stretch before".to_owned(),
            Self::Day => "a day earlier".to_owned(),
            Self::Week => "a week earlier".to_owned(),
            Self::From(start) => format!("the stretch from {}", local_moment(start, now)),
        }
    }
}

impl Comparison {
    /// The shown stretch, which begins at `start` (seconds since 1970), compared with this.
    pub fn new(with: Compared, start: f64) -> Self {
        let shift = if let Compared::From(earlier) = with { start - earlier } else { 0.0 };
        Self { with: Some((with, shift)), past: Past::default() }
    }

    /// What is compared with; `None` for nothing.
    pub fn with(&self) -> Option<Compared> {
        self.with.map(|(with, _)| with)
    }

    /// Seconds that it lies before the shown stretch.
    pub fn shift(&self, window: &Window) -> f64 {
        match self.with {
            None => 0.0,
            Some((Compared::Before, _)) => window.to() - window.from(),
            Some((Compared::Day, _)) => DAY,
            Some((Compared::Week, _)) => 7.0 * DAY,
            Some((Compared::From(_), shift)) => shift,
        }
    }

    /// What was read from disk of it.
    pub fn past(&self) -> &Past {
        &self.past
    }
}

#[cfg(test)]
mod tests {
    use super::super::window::Range;
    use super::*;

    #[test]
    fn periods_lie_as_far_back_as_they_say() {
        let window = Window::new(Range::Hour);
        let shift = |with| Comparison::new(with, 10_000.0).shift(&window);
        assert_eq!(
            [Compared::Before, Compared::Day, Compared::Week, Compared::From(4_000.0)].map(shift),
            [3600.0, 86_400.0, 604_800.0, 6_000.0]
        );
        assert_eq!(Comparison::default().with(), None);
    }
}
