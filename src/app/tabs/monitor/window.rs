//! The stretch of time that all plots show.

/// How far back the plots reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Range {
    /// A minute.
    Minute,
    /// Five minutes.
    #[default]
    FiveMinutes,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
    /// Thirty days.
    Month,
    /// A year of 365 days.
    Year,
}

impl Range {
    /// All, with their names.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Minute, "1 min"),
        (Self::FiveMinutes, "5 min"),
        (Self::Hour, "1 h"),
        (Self::Day, "24 h"),
        (Self::Week, "7 d"),
        (Self::Month, "30 d"),
        (Self::Year, "1 y"),
    ];

    /// Whether it is told by the clock and the calendar rather than by how long ago.
    pub const fn is_long(self) -> bool {
        self.seconds() >= 86_400.0
    }

    /// Its length in seconds.
    pub const fn seconds(self) -> f64 {
        match self {
            Self::Minute => 60.0,
            Self::FiveMinutes => 300.0,
            Self::Hour => 3600.0,
            Self::Day => 86_400.0,
            Self::Week => 7.0 * 86_400.0,
            Self::Month => 30.0 * 86_400.0,
            Self::Year => 365.0 * 86_400.0,
        }
    }
}

/// The shortest stretch in seconds.
const SHORTEST: f64 = 2.0;

/// A stretch within a range. Times are in seconds, now is 0, the past is negative.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    range: Range,
    part: Option<(f64, f64)>,
}

impl Window {
    /// The whole of `range`.
    pub fn new(range: Range) -> Self {
        Self { range, part: None }
    }

    /// The range that was chosen.
    pub fn range(&self) -> Range {
        self.range
    }

    /// Whether only a part of the range is shown.
    pub fn is_part(&self) -> bool {
        self.part.is_some()
    }

    /// Where it begins.
    pub fn from(&self) -> f64 {
        self.part.map_or(-self.range.seconds(), |(from, _)| from)
    }

    /// Where it ends.
    pub fn to(&self) -> f64 {
        self.part.map_or(0.0, |(_, to)| to)
    }

    /// Shows this stretch alone, as far as it lies in the range.
    pub fn show_part(&mut self, from: f64, to: f64) {
        let (from, to) = (from.min(to), from.max(to));
        let length = (to - from).clamp(SHORTEST, self.range.seconds());
        let start = ((from + to - length) / 2.0).min(-length);
        self.part = (length < self.range.seconds()).then_some((start, start + length));
    }

    /// Time has gone on: a part that does not end now stays where it was.
    pub fn pass(&mut self, seconds: f64) {
        if let Some((from, to)) = self.part.as_mut().filter(|(_, to)| *to < 0.0) {
            (*from, *to) = (*from - seconds, *to - seconds);
        }
    }

    /// Moves it, without leaving the range.
    pub fn pan(&mut self, seconds: f64) {
        if let Some((from, to)) = self.part {
            // A part that stayed where it was may have been left behind by the range.
            let shift = seconds.max((-self.range.seconds() - from).min(0.0)).min(-to);
            self.part = Some((from + shift, to + shift));
        }
    }

    /// Shortens it by `factor` (below 1 lengthens it), keeping `around` where it is, without leaving the range.
    pub fn zoom(&mut self, factor: f64, around: f64) {
        let whole = self.range.seconds();
        let (from, to) = (self.from(), self.to());
        let length = ((to - from) / factor).clamp(SHORTEST, whole);
        let share = ((around - from) / (to - from)).clamp(0.0, 1.0);
        let start = (around.clamp(from, to) - share * length).max((-whole).min(from)).min(-length);
        self.part = (length < whole).then_some((start, start + length));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_moment_under_the_pointer() {
        let mut window = Window::new(Range::FiveMinutes);
        window.zoom(3.0, -150.0);
        assert_eq!((window.from(), window.to()), (-200.0, -100.0));
        window.zoom(1.0 / 3.0, -150.0);
        assert_eq!((window.from(), window.to()), (-300.0, 0.0));
        assert!(!window.is_part());
    }

    #[test]
    fn a_part_is_chosen_and_stays_where_it_was() {
        let mut window = Window::new(Range::FiveMinutes);
        window.show_part(-100.0, -160.0);
        assert_eq!((window.from(), window.to()), (-160.0, -100.0));
        window.pass(150.0);
        assert_eq!((window.from(), window.to()), (-310.0, -250.0));
        window.pan(-10.0);
        assert_eq!((window.from(), window.to()), (-310.0, -250.0), "further back the range does not reach");
        window.pan(300.0);
        window.pass(5.0);
        assert_eq!((window.from(), window.to()), (-60.0, 0.0), "what ends now goes on with the time");
        window.show_part(-1.0, -0.5);
        assert_eq!((window.from(), window.to()), (-2.0, 0.0));
        window.show_part(-900.0, 900.0);
        assert!(!window.is_part());
    }

    #[test]
    fn neither_zoom_nor_pan_leaves_the_range() {
        let mut window = Window::new(Range::Minute);
        window.pan(-10.0);
        assert_eq!((window.from(), window.to()), (-60.0, 0.0), "the whole range has nowhere to go");
        window.zoom(2.0, 0.0);
        assert_eq!((window.from(), window.to()), (-30.0, 0.0));
        window.pan(-50.0);
        assert_eq!((window.from(), window.to()), (-60.0, -30.0));
        window.pan(500.0);
        assert_eq!((window.from(), window.to()), (-30.0, 0.0));
        window.zoom(1e9, -1.0);
        assert_eq!(window.to() - window.from(), SHORTEST);
    }
}
