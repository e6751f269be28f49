//! How figures are written for people: one way for the window, the command line and the reports.
//!
//! Sizes are decimal (1 MB = 1,000,000 bytes) and carry two to three significant digits. A value that cannot be had is
//! [`NOT_AVAILABLE`], never 0. What is not 0 is never written as 0, and what is not all is never written as 100 %.

use std::time::Duration;

/// What stands where the system does not tell a value.
pub const NOT_AVAILABLE: &str = "not available";

const BYTE_UNITS: [&str; 7] = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `value` as `show` writes it, or [`NOT_AVAILABLE`].
pub fn or_not_available<T>(value: Option<T>, show: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| NOT_AVAILABLE.to_owned(), show)
}

/// A size: `0 B`, `640 KB`, `92 MB`, `1.4 GB`, `13.1 GB`.
pub fn bytes(bytes: u64) -> String {
    byte_size(bytes as f64)
}

/// A size to the byte, with its short form: `1,234,567 bytes (1.2 MB)`.
pub fn bytes_exact(size: u64) -> String {
    match size {
        1 => "1 byte".to_owned(),
        0..1000 => format!("{size} bytes"),
        _ => format!("{} bytes ({})", count(size), bytes(size)),
    }
}

/// A change of a size: `−31 MB`, `+2 KB`, `0 B`.
pub fn bytes_change(change: i64) -> String {
    match change.signum() {
        -1 => format!("−{}", bytes(change.unsigned_abs())),
        1 => format!("+{}", bytes(change.unsigned_abs())),
        _ => bytes(0),
    }
}

/// A rate: `0 B/s`, `2.3 MB/s`, `41 MB/s`. Negative or not a number: not available.
pub fn rate(bytes_per_second: f64) -> String {
    if !bytes_per_second.is_finite() || bytes_per_second < 0.0 {
        return NOT_AVAILABLE.to_owned();
    }
    format!("{}/s", byte_size(bytes_per_second))
}

/// A share in whole percent, of 0 to 100: `37 %`. Near 0 and 100 it says more: `0.4 %`, `< 0.1 %`, `99.7 %`, `> 99.9 %`.
pub fn percent(percent: f64) -> String {
    let size = percent.abs();
    if !percent.is_finite() {
        NOT_AVAILABLE.to_owned()
    } else if size == 0.0 || (0.95..99.5).contains(&size) || size >= 100.0 {
        format!("{} %", grouped(percent, 0))
    } else {
        percent_fine(percent)
    }
}

/// A share with one decimal, for columns: `18.2 %`, `0.6 %`, `100.0 %`; `< 0.1 %` and `> 99.9 %` rather than a false 0 or 100.
pub fn percent_fine(percent: f64) -> String {
    if !percent.is_finite() {
        NOT_AVAILABLE.to_owned()
    } else if percent != 0.0 && percent.abs() < 0.05 {
        if percent > 0.0 { "< 0.1 %" } else { "> −0.1 %" }.to_owned()
    } else if (99.95..100.0).contains(&percent) {
        "> 99.9 %".to_owned()
    } else {
        format!("{} %", grouped(percent, 1))
    }
}

/// A change in percent: `−76 %`, `+12 %`, `0 %`.
pub fn percent_change(change: f64) -> String {
    if change > 0.0 { format!("+{}", percent(change)) } else { percent(change) }
}

/// A count with separators: `11,870`.
pub fn count(count: u64) -> String {
    group(&count.to_string())
}

/// A count with its noun: `1 row`, `2,000 rows`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Any number with three significant digits: `1,234`, `12.3`, `0.00123`, `1.23e-7`.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        NOT_AVAILABLE.to_owned()
    } else if size != 0.0 && !(1e-4..1e15).contains(&size) {
        format!("{value:.2e}").replacen('-', "−", usize::from(value < 0.0))
    } else {
        trimmed(value, decimals_for(size, 3))
    }
}

/// A span of time in its two largest units: `8 s`, `4 min 5 s`, `1 h 12 min`, `6 days`; under a second `350 ms`.
pub fn span(span: Duration) -> String {
    let s = span.as_secs();
    if span < Duration::from_secs(1) {
        return seconds(span.as_secs_f64());
    }
    match s {
        0..MINUTE => format!("{s} s"),
        MINUTE..HOUR => two(s / MINUTE, "min", if s < 10 * MINUTE { s % MINUTE } else { 0 }, "s"),
        HOUR..DAY => two(s / HOUR, "h", s % HOUR / MINUTE, "min"),
        _ => two(s / DAY, days(s / DAY), if s < 3 * DAY { s % DAY / HOUR } else { 0 }, "h"),
    }
}

/// A measured time with three significant digits: `205 s`, `8.81 s`, `350 ms`, `12.3 µs`, `850 ns`, `0 s`.
pub fn seconds(seconds: f64) -> String {
    let size = seconds.abs();
    if !seconds.is_finite() {
        return NOT_AVAILABLE.to_owned();
    }
    if size == 0.0 {
        return "0 s".to_owned();
    }
    // The limits lie where the smaller unit would be rounded up to 1,000.
    let (factor, unit) = match size {
        s if s < 0.999_5e-6 => (1e9, "ns"),
        s if s < 0.999_5e-3 => (1e6, "µs"),
        s if s < 0.999_5 => (1e3, "ms"),
        _ => (1.0, "s"),
    };
    let scaled = seconds * factor;
    format!("{} {unit}", trimmed(scaled, decimals_for(scaled.abs(), 3)))
}

/// Time left, for progress: `8 s left`, `1 h 12 min left`; rounded up to whole seconds.
pub fn left(left: Duration) -> String {
    let whole = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    format!("{} left", span(Duration::from_secs(whole.max(1))))
}

/// How long ago: `just now`, `12 min ago`, `3 days ago`; one unit only.
pub fn ago(age: Duration) -> String {
    let s = age.as_secs();
    match s {
        0..5 => "just now".to_owned(),
        5..MINUTE => format!("{s} s ago"),
        MINUTE..HOUR => format!("{} min ago", s / MINUTE),
        HOUR..DAY => format!("{} h ago", s / HOUR),
        _ => format!("{} {} ago", s / DAY, days(s / DAY)),
    }
}

/// `value` with `decimals` decimals and separators: `1,234.50`.
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let negative = value < 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0');
    let fraction = fraction.map(|f| format!(".{f}")).unwrap_or_default();
    format!("{}{}{fraction}", if negative { "−" } else { "" }, group(whole))
}

/// The unit in which sizes up to `largest` are best told, and its bytes: `("MB", 1e6)`.
pub fn byte_unit(largest: f64) -> (&'static str, f64) {
    let mut scale = 1.0;
    for unit in BYTE_UNITS {
        if largest / scale < 999.5 {
            return (unit, scale);
        }
        scale *= 1000.0;
    }
    ("EB", 1e18)
}

fn byte_size(bytes: f64) -> String {
    let (unit, scale) = byte_unit(bytes);
    let value = bytes / scale;
    let decimals = match unit {
        "B" => 0,
        // A machine's memory is told to a tenth of a GB; files and rates need no more than two digits and up.
        "KB" | "MB" => usize::from(value < 9.95),
        _ => usize::from(value < 99.95),
    };
    format!("{} {unit}", trimmed(value, decimals))
}

/// `value` with at most `decimals` decimals, zeros at the end left out.
fn trimmed(value: f64, decimals: usize) -> String {
    let text = grouped(value, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Decimals that give `size` that many significant digits.
fn decimals_for(size: f64, significant: i32) -> usize {
    if size == 0.0 {
        return 0;
    }
    let before_point = size.log10().floor() as i32 + 1;
    usize::try_from(significant - before_point).unwrap_or(0)
}

fn two(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    if small == 0 { format!("{large} {large_unit}") } else { format!("{large} {large_unit} {small} {small_unit}") }
}

fn days(days: u64) -> &'static str {
    if days == 1 { "day" } else { "days" }
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let cases = [
            (0, "0 B"),
            (1, "1 B"),
            (999, "999 B"),
            (1000, "1 KB"),
            (1049, "1 KB"),
            (1050, "1.1 KB"),
            (9_949, "9.9 KB"),
            (9_950, "10 KB"),
            (640_000, "640 KB"),
            (999_499, "999 KB"),
            (999_500, "1 MB"),
            (92_400_000, "92 MB"),
            (1_400_000_000, "1.4 GB"),
            (13_140_000_000, "13.1 GB"),
            (99_960_000_000, "100 GB"),
            (512_000_000_000, "512 GB"),
            (2_000_398_934_016, "2 TB"),
            (u64::MAX, "18.4 EB"),
        ];
        for (size, text) in cases {
            assert_eq!(bytes(size), text, "{size}");
        }
        assert_eq!(bytes_exact(0), "0 bytes");
        assert_eq!(bytes_exact(1), "1 byte");
        assert_eq!(bytes_exact(1_234_567), "1,234,567 bytes (1.2 MB)");
        assert_eq!(bytes_change(-31_000_000), "−31 MB");
        assert_eq!(bytes_change(2_000), "+2 KB");
        assert_eq!(bytes_change(0), "0 B");
        assert_eq!(bytes_change(i64::MIN), "−9.2 EB");
    }

    #[test]
    fn rates() {
        for (value, text) in
            [(0.0, "0 B/s"), (41e6, "41 MB/s"), (2_345_678.0, "2.3 MB/s"), (f64::NAN, NOT_AVAILABLE), (-1.0, NOT_AVAILABLE)]
        {
            assert_eq!(rate(value), text);
        }
    }

    #[test]
    fn percents_are_never_a_false_nothing_or_all() {
        let whole = [
            (0.0, "0 %"),
            (0.01, "< 0.1 %"),
            (0.4, "0.4 %"),
            (0.94, "0.9 %"),
            (0.96, "1 %"),
            (37.4, "37 %"),
            (99.4, "99 %"),
            (99.7, "99.7 %"),
            (99.99, "> 99.9 %"),
            (100.0, "100 %"),
            (1234.0, "1,234 %"),
            (-76.2, "−76 %"),
            (f64::NAN, NOT_AVAILABLE),
        ];
        for (value, text) in whole {
            assert_eq!(percent(value), text, "{value}");
        }
        for (value, text) in [
            (18.24, "18.2 %"),
            (0.0, "0.0 %"),
            (-0.01, "> −0.1 %"),
            (0.04, "< 0.1 %"),
            (0.05, "0.1 %"),
            (99.96, "> 99.9 %"),
            (100.0, "100.0 %"),
        ] {
            assert_eq!(percent_fine(value), text, "{value}");
        }
        assert_eq!([percent_change(12.0), percent_change(-76.0), percent_change(0.0)], ["+12 %", "−76 %", "0 %"]);
    }

    #[test]
    fn counts_and_numbers() {
        assert_eq!(
            [count(0), count(999), count(1000), count(11_870), count(1_000_000)],
            ["0", "999", "1,000", "11,870", "1,000,000"]
        );
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(2000, "row", "rows"), "2,000 rows");
        let cases = [
            (0.0, "0"),
            (1234.4, "1,234"),
            (12.34, "12.3"),
            (12.0, "12"),
            (-0.5, "−0.5"),
            (0.001_234, "0.00123"),
            (1.234e-7, "1.23e-7"),
            (-2e20, "−2.00e20"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text, "{value}");
        }
        assert_eq!(grouped(-0.04, 1), "0.0", "no minus before nothing");
        assert_eq!(grouped(1234.5, 2), "1,234.50");
    }

    #[test]
    fn spans() {
        let cases = [
            (0, "0 s"),
            (8, "8 s"),
            (59, "59 s"),
            (60, "1 min"),
            (245, "4 min 5 s"),
            (600, "10 min"),
            (659, "10 min"),
            (3599, "59 min"),
            (4320, "1 h 12 min"),
            (7200, "2 h"),
            (86_400, "1 day"),
            (97_200, "1 day 3 h"),
            (518_400, "6 days"),
            (540_000, "6 days"),
        ];
        for (s, text) in cases {
            assert_eq!(span(Duration::from_secs(s)), text, "{s}");
        }
        assert_eq!(span(Duration::from_millis(350)), "350 ms");
    }

    #[test]
    fn measured_times() {
        let cases = [
            (0.0, "0 s"),
            (205.17, "205 s"),
            (8.812, "8.81 s"),
            (1.4, "1.4 s"),
            (0.999_6, "1 s"),
            (0.35, "350 ms"),
            (12.34e-6, "12.3 µs"),
            (850e-9, "850 ns"),
            (-0.002, "−2 ms"),
            (4000.0, "4,000 s"),
        ];
        for (value, text) in cases {
            assert_eq!(seconds(value), text, "{value}");
        }
    }

    #[test]
    fn left_and_ago() {
        assert_eq!(left(Duration::from_millis(7_200)), "8 s left");
        assert_eq!(left(Duration::ZERO), "1 s left");
        assert_eq!(left(Duration::from_secs(4320)), "1 h 12 min left");
        let ages = [0, 30, 750, 3 * HOUR + 5, DAY, 3 * DAY].map(|s| ago(Duration::from_secs(s)));
        assert_eq!(ages, ["just now", "30 s ago", "12 min ago", "3 h ago", "1 day ago", "3 days ago"]);
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(or_not_available(None, bytes), "not available");
        assert_eq!(or_not_available(Some(5), bytes), "5 B");
    }
}
