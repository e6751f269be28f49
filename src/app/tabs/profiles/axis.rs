//! The axis above the views over time: its marks, and the pointer's ways of moving along it.

use std::ops::Range;

use eframe::egui::{Align2, FontId, Rect, Response, Stroke, Ui, pos2};

use crate::app::theme::{SMALL, palette};
use crate::profile::Scale;
use crate::report::format::grouped;
use crate::report::{Unit, value_ticks};

use super::sight::Look;

/// Height of the axis in points.
pub const HEIGHT: f32 = 18.0;
/// Room for a mark with its words, in points.
const MARK: f32 = 76.0;
/// Points of the wheel that show half as much.
const HALF: f32 = 180.0;

/// What lies along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along<'a> {
    /// Nanoseconds.
    Time,
    /// What was measured, in this unit.
    Value(&'a str),
}

impl Along<'_> {
    /// A place on the axis in words, as exactly as `length` lets pixels be told apart.
    pub fn words(self, at: i64, length: u64) -> String {
        match self {
            Self::Time => seconds(at, length),
            Self::Value(unit) => crate::profile::units::format_value(at, unit).replacen(".00 ", " ", 1),
        }
    }

    /// How much lies between two places.
    pub fn length(self, length: u64) -> String {
        match self {
            Self::Time => crate::report::format::seconds(length as f64 / 1e9),
            Self::Value(_) => self.words(i64::try_from(length).unwrap_or(i64::MAX), 0),
        }
    }
}

/// A moment in seconds, to about a thousandth of `length`.
pub fn seconds(at: i64, length: u64) -> String {
    let decimals = match length {
        0..=9_999 => 9,
        10_000..=9_999_999 => 6,
        10_000_000..=9_999_999_999 => 4,
        10_000_000_000..=99_999_999_999 => 3,
        _ => 2,
    };
    format!("{} s", grouped(at as f64 / 1e9, decimals))
}

/// The marks in sight: where and what they say.
fn marks(scale: &Scale, along: Along<'_>) -> Vec<(f32, String)> {
    let wanted = (scale.width as f32 / MARK).clamp(1.0, 12.0) as usize;
    let (unit, factor) = match along {
        Along::Time => (Unit::Seconds, 1e9),
        Along::Value(_) => (Unit::Number, 1.0),
    };
    let ticks = value_ticks(unit, scale.from as f64 / factor, scale.to as f64 / factor, wanted);
    let seen = ticks.into_iter().map(|(value, words)| ((value * factor).round() as i64, value, words));
    seen.filter(|(at, ..)| (scale.from..=scale.to).contains(at))
        .map(|(at, value, words)| (scale.pixel(at) as f32, along.mark(value, words)))
        .collect()
}

impl Along<'_> {
    fn mark(self, value: f64, words: String) -> String {
        match self {
            Self::Time => words,
            Self::Value(_) => self.words(value as i64, 0),
        }
    }
}

/// Draws the marks into `rect`, and a line for each down to `bottom`.
pub fn show(ui: &Ui, rect: Rect, bottom: f32, scale: &Scale, along: Along<'_>) {
    if scale.is_empty() {
        return;
    }
    let (palette, font) = (palette(ui), FontId::proportional(SMALL - 0.5));
    for (x, words) in marks(scale, along) {
        let x = (rect.left() + x).round() + 0.5;
        ui.painter().vline(x, rect.bottom() - 4.0..=bottom, Stroke::new(1.0, palette.line));
        // At the ends the words stay within the axis.
        let (align, x) = match x {
            x if x < rect.left() + 24.0 => (Align2::LEFT_CENTER, rect.left()),
            x if x > rect.right() - 24.0 => (Align2::RIGHT_CENTER, rect.right()),
            x => (Align2::CENTER_CENTER, x),
        };
        ui.painter().text(pos2(x, rect.center().y - 2.0), align, words, font.clone(), palette.hint);
    }
}

/// What the wheel asks for when it is turned by `points` with the pointer at `around`.
pub fn wheel(points: f32, around: i64) -> Option<Look> {
    (points != 0.0).then(|| Look::Zoom(f64::from((points / HALF).clamp(-8.0, 8.0)).exp2(), around))
}

/// What dragging by `points` asks for.
pub fn drag(points: f32, scale: &Scale) -> Option<Look> {
    let length = scale.to.abs_diff(scale.from) as f64;
    let by = (-f64::from(points) / scale.width.max(1.0) * length) as i64;
    (by != 0).then_some(Look::Pan(by))
}

/// The moment under the pointer.
pub fn pointed(response: &Response, rect: Rect, scale: &Scale) -> Option<i64> {
    let at = response.hover_pos().or_else(|| response.interact_pointer_pos())?;
    Some(scale.place(f64::from(at.x - rect.left())))
}

/// A fraction of what is in sight, for a step by a key.
pub fn part(seen: &Range<i64>, share: f64) -> i64 {
    (seen.end.abs_diff(seen.start) as f64 * share) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_lie_in_sight_at_round_times() {
        let scale = Scale::new(100_000_000..600_000_000, 400.0);
        let words: Vec<_> = marks(&scale, Along::Time).into_iter().map(|(_, words)| words).collect();
        assert_eq!(words, ["100 ms", "200 ms", "300 ms", "400 ms", "500 ms", "600 ms"]);
        let deep = Scale::new(5_000_000_100..5_000_000_900, 800.0);
        let places: Vec<_> = marks(&deep, Along::Time).into_iter().map(|(x, _)| x.round()).collect();
        assert!(places.len() >= 3 && places.windows(2).all(|pair| pair[0] < pair[1]), "{places:?}");
        assert_eq!(seconds(1_234_567_890, 1_000_000_000), "1.2346 s");
    }

    #[test]
    fn the_wheel_and_the_drag_ask_for_what_they_mean() {
        assert_eq!(wheel(HALF, 7), Some(Look::Zoom(2.0, 7)));
        assert_eq!((wheel(0.0, 7), drag(10.0, &Scale::new(0..1000, 100.0))), (None, Some(Look::Pan(-100))));
        assert_eq!(part(&(0..1000), -0.25), -250);
    }
}
