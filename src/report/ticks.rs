//! Where the marks of an axis lie and what they say.

use super::Unit;
use super::format::{byte_unit, grouped};

/// Steps in seconds that people count time in.
const TIME_STEPS: [(f64, f64, &str); 24] = [
    (0.1, 1.0, "s"),
    (0.2, 1.0, "s"),
    (0.5, 1.0, "s"),
    (1.0, 1.0, "s"),
    (2.0, 1.0, "s"),
    (5.0, 1.0, "s"),
    (10.0, 1.0, "s"),
    (15.0, 1.0, "s"),
    (30.0, 1.0, "s"),
    (60.0, 60.0, "min"),
    (120.0, 60.0, "min"),
    (300.0, 60.0, "min"),
    (600.0, 60.0, "min"),
    (900.0, 60.0, "min"),
    (1800.0, 60.0, "min"),
    (3600.0, 3600.0, "h"),
    (7200.0, 3600.0, "h"),
    (10_800.0, 3600.0, "h"),
    (21_600.0, 3600.0, "h"),
    (43_200.0, 3600.0, "h"),
    (86_400.0, 86_400.0, "days"),
    (172_800.0, 86_400.0, "days"),
    (604_800.0, 86_400.0, "days"),
    (2_592_000.0, 86_400.0, "days"),
];
/// An axis never has more marks, whatever is asked.
const MOST: usize = 200;

/// Marks of a value axis from `low` to at least `high`, about `wanted` of them, at steps of 1, 2 or 5 times a power of ten (percent also
/// 25), each with its words: `("40 MB/s")`. The first is at or below `low`, the last at or above `high`.
pub fn value_ticks(unit: Unit, low: f64, high: f64, wanted: usize) -> Vec<(f64, String)> {
    let (low, high) = tidy_range(low, high);
    let step = step(unit, (high - low) / wanted.max(1) as f64);
    let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
    let count = (last - first).clamp(1.0, MOST as f64) as usize;
    let largest = (first * step).abs().max((last * step).abs());
    (0..=count).map(|i| (first + i as f64) * step).map(|value| (value, label(unit, value, step, largest))).collect()
}

/// A logarithmic axis reaches down so far from the largest value at most, and so far where there are values of zero.
const DEEPEST: f64 = 1e-6;
const DEPTH: f64 = 1e-4;
/// Room above its largest value.
const ABOVE: f64 = 1.15;

/// A logarithmic axis.
#[derive(Clone, Debug, PartialEq)]
pub struct LogAxis {
    /// Its lower end, a power of ten: what is less, as zero is, lies there.
    pub floor: f64,
    /// Its upper end.
    pub top: f64,
    /// Full powers of ten, and their words.
    pub marks: Vec<(f64, String)>,
}

/// The logarithmic axis for values from `low` to `high`, with at most about `wanted` marks.
pub fn log_axis(unit: Unit, low: f64, high: f64, wanted: usize) -> LogAxis {
    let high = if high.is_finite() { high.clamp(0.0, 1e300) } else { 0.0 };
    let low = if low > 0.0 { low } else { high * DEPTH };
    let low = low.clamp(high * DEEPEST, high / 10.0).max(finest(unit));
    let (first, top) = (low.log10().floor(), high.max(low) * ABOVE);
    let decades = (top.log10() - first).floor().max(0.0) as usize;
    let step = decades.div_ceil(wanted.max(1)).max(1);
    let power = |decade: usize| 10f64.powf(first + decade as f64);
    let marks = (0..=decades).step_by(step).map(|decade| (power(decade), unit.show(power(decade)))).collect();
    LogAxis { floor: power(0), top, marks }
}

/// Below this there is nothing to tell apart.
fn finest(unit: Unit) -> f64 {
    match unit {
        Unit::Bytes | Unit::BytesPerSecond | Unit::Count => 1.0,
        Unit::Percent => 0.1,
        Unit::Seconds => 1e-9,
        _ => 1e-3,
    }
}

/// Marks of an axis that ends now and begins `seconds` ago, at most `wanted` and one, oldest first: `-5 min`, `-4`, … `now`.
/// The values are in seconds, the past negative.
pub fn time_ticks(seconds: f64, wanted: usize) -> Vec<(f64, String)> {
    let seconds = if seconds.is_finite() { seconds.max(0.1) } else { 60.0 };
    let room = seconds / wanted.max(1) as f64;
    let fallback = (86_400.0 * (room / 86_400.0).ceil(), 86_400.0, "days");
    let (step, scale, unit) = TIME_STEPS.into_iter().find(|(step, ..)| *step >= room * (1.0 - 1e-9)).unwrap_or(fallback);
    let count = ((seconds / step + 1e-9).floor() as usize).min(MOST);
    (0..=count)
        .rev()
        .map(|i| {
            let value = step * i as f64;
            let words = grouped(-value / scale, decimals(step / scale));
            (if i == 0 { 0.0 } else { -value }, time_label(i, count, &words, unit))
        })
        .collect()
}

fn time_label(index: usize, oldest: usize, words: &str, unit: &str) -> String {
    match index {
        0 => "now".to_owned(),
        _ if index == oldest && words == "−1" && unit == "days" => "−1 day".to_owned(),
        _ if index == oldest => format!("{words} {unit}"),
        _ => words.to_owned(),
    }
}

/// A range that has an extent, from whatever the data gave.
fn tidy_range(low: f64, high: f64) -> (f64, f64) {
    let low = if low.is_finite() { low.clamp(-1e300, 1e300) } else { 0.0 };
    let high = if high.is_finite() { high.clamp(-1e300, 1e300) } else { low };
    // Below the precision of the numbers themselves there is nothing to divide.
    let least = (low.abs().max(high.abs()) * 1e-12).max(f64::MIN_POSITIVE * 1e16);
    if high - low > least { (low, high) } else { (low, low + low.abs().max(1.0)) }
}

/// The least good step that is at least `least`.
fn step(unit: Unit, least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    let factors: &[f64] = if unit == Unit::Percent && power >= 10.0 { &[1.0, 2.0, 2.5, 5.0, 10.0] } else { &[1.0, 2.0, 5.0, 10.0] };
    let step = factors.iter().map(|f| f * power).find(|s| *s >= least * (1.0 - 1e-9)).unwrap_or(10.0 * power);
    // There is no half of a thing or of a byte.
    if matches!(unit, Unit::Count | Unit::Bytes) { step.max(1.0) } else { step }
}

fn label(unit: Unit, value: f64, step: f64, largest: f64) -> String {
    match unit {
        Unit::Percent => format!("{} %", grouped(value, decimals(step))),
        Unit::Bytes | Unit::BytesPerSecond => {
            let (name, scale) = byte_unit(largest);
            let rate = if unit == Unit::BytesPerSecond { "/s" } else { "" };
            format!("{} {name}{rate}", grouped(value / scale, decimals(step / scale)))
        }
        Unit::Seconds => {
            let (scale, name) = if largest < 1e-3 {
                (1e-6, "µs")
            } else if largest < 1.0 {
                (1e-3, "ms")
            } else {
                (1.0, "s")
            };
            format!("{} {name}", grouped(value / scale, decimals(step / scale)))
        }
        Unit::Count | Unit::Number if largest >= 1e15 => super::format::number(value),
        Unit::Count | Unit::Number => grouped(value, decimals(step)),
        Unit::PerSecond if largest >= 10_000.0 => format!("{}k/s", grouped(value / 1000.0, decimals(step / 1000.0))),
        Unit::PerSecond => format!("{}/s", grouped(value, decimals(step))),
        Unit::Celsius => format!("{} °C", grouped(value, decimals(step))),
        Unit::Milliseconds => label(Unit::Seconds, value / 1000.0, step / 1000.0, largest / 1000.0),
        Unit::Megahertz => format!("{} MHz", grouped(value, decimals(step))),
    }
}

/// Decimals that tell marks at this distance apart.
fn decimals(step: f64) -> usize {
    (0..12).find(|d| ((step * 10f64.powi(*d)) - (step * 10f64.powi(*d)).round()).abs() < 1e-6).unwrap_or(12) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(ticks: Vec<(f64, String)>) -> Vec<String> {
        ticks.into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn values_at_round_steps() {
        assert_eq!(words(value_ticks(Unit::Percent, 0.0, 100.0, 4)), ["0 %", "25 %", "50 %", "75 %", "100 %"]);
        assert_eq!(words(value_ticks(Unit::Bytes, 0.0, 17e9, 4)), ["0 GB", "5 GB", "10 GB", "15 GB", "20 GB"]);
        assert_eq!(words(value_ticks(Unit::BytesPerSecond, 0.0, 1.1e6, 3)), ["0.0 MB/s", "0.5 MB/s", "1.0 MB/s", "1.5 MB/s"]);
        assert_eq!(words(value_ticks(Unit::Seconds, 0.0, 0.004, 4)), ["0 ms", "1 ms", "2 ms", "3 ms", "4 ms"]);
        assert_eq!(words(value_ticks(Unit::Count, 0.0, 3.0, 10)), ["0", "1", "2", "3"]);
        assert_eq!(words(value_ticks(Unit::Number, -1.0, 1.0, 4)), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
    }

    #[test]
    fn whatever_the_range_the_marks_are_few_and_cover_it() {
        for (low, high) in
            [(0.0, 0.0), (5.0, 5.0), (f64::NAN, f64::NAN), (0.0, f64::INFINITY), (-1e308, 1e308), (1e15, 1e15 + 1.0), (0.0, 1e-300)]
        {
            for unit in [Unit::Percent, Unit::Bytes, Unit::Seconds, Unit::Number] {
                let ticks = value_ticks(unit, low, high, 5);
                assert!((2..=20).contains(&ticks.len()), "{low} {high} {unit:?}: {}", ticks.len());
                assert!(ticks.iter().all(|(value, _)| value.is_finite()), "{low} {high}");
                assert!(ticks.windows(2).all(|w| w[0].0 < w[1].0), "{low} {high} {ticks:?}");
            }
        }
        let ticks = value_ticks(Unit::Bytes, 0.0, 13.1e9, 4);
        assert!(ticks[0].0 <= 0.0 && ticks[ticks.len() - 1].0 >= 13.1e9);
    }

    #[test]
    fn powers_of_ten_up_to_the_largest() {
        let axis = log_axis(Unit::BytesPerSecond, 11_000.0, 4e6, 4);
        assert_eq!((axis.floor, words(axis.marks)), (10_000.0, ["10 KB/s", "100 KB/s", "1 MB/s"].map(String::from).to_vec()));
        assert_eq!(words(log_axis(Unit::Percent, 0.0, 100.0, 4).marks), ["0.1 %", "1 %", "10 %", "100 %"], "zero lies at the foot");
        assert_eq!(words(log_axis(Unit::Bytes, 1.0, 1e12, 3).marks), ["1 MB", "100 MB", "10 GB", "1 TB"]);
        for (low, high) in [(0.0, 0.0), (-5.0, 1e-9), (1e30, 1e38), (f64::INFINITY, 2.0), (3.0, 3.0), (f64::NAN, f64::INFINITY)] {
            let axis = log_axis(Unit::Number, low, high, 4);
            assert!(axis.top > axis.floor && axis.top.is_finite() && (1..=12).contains(&axis.marks.len()), "{axis:?}");
        }
    }

    #[test]
    fn time_in_the_steps_of_a_clock() {
        assert_eq!(words(time_ticks(300.0, 5)), ["−5 min", "−4", "−3", "−2", "−1", "now"]);
        assert_eq!(words(time_ticks(60.0, 6)), ["−60 s", "−50", "−40", "−30", "−20", "−10", "now"]);
        assert_eq!(words(time_ticks(86_400.0, 4)), ["−24 h", "−18", "−12", "−6", "now"]);
        assert_eq!(words(time_ticks(30.0 * 86_400.0, 5)), ["−28 days", "−21", "−14", "−7", "now"]);
        assert_eq!(words(time_ticks(86_400.0, 1)), ["−1 day", "now"]);
        assert!(time_ticks(f64::INFINITY, 5).len() < 10);
        assert!(time_ticks(1e12, 5).len() < 10);
    }
}
