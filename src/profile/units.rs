//! Values with their unit, as people read them.

/// Steps of a unit: factor and sign, the largest first.
type Steps = &'static [(f64, &'static str)];

const TIME: Steps = &[(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")];
/// Decimal, as the rest of the program shows sizes.
const BYTES: Steps = &[(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB"), (1.0, "B")];

/// What a unit's name means: its steps, and how many of the smallest step it is. Names as profilers write them, with or
/// without the final s.
fn steps(unit: &str) -> Option<(Steps, f64)> {
    let lower = unit.to_lowercase();
    let name = if lower.len() > 2 { lower.strip_suffix('s').unwrap_or(&lower) } else { &lower };
    Some(match name {
        "nanosecond" | "ns" => (TIME, 1.0),
        "microsecond" | "us" | "µs" | "μs" => (TIME, 1e3),
        "millisecond" | "ms" => (TIME, 1e6),
        "second" | "sec" | "s" => (TIME, 1e9),
        "byte" | "b" => (BYTES, 1.0),
        "kilobyte" | "kb" | "kib" => (BYTES, 1024.0),
        "megabyte" | "mb" | "mib" => (BYTES, 1_048_576.0),
        "gigabyte" | "gb" | "gib" => (BYTES, 1_073_741_824.0),
        _ => return None,
    })
}

/// Whether values of this unit are times.
pub fn is_time(unit: &str) -> bool {
    steps(unit).is_some_and(|(steps, _)| steps == TIME)
}

/// How many nanoseconds one of this unit is; `None` for what is no time.
pub fn nanoseconds(unit: &str) -> Option<f64> {
    steps(unit).filter(|(steps, _)| *steps == TIME).map(|(_, factor)| factor)
}

/// Whether values of this unit are amounts of memory.
pub fn is_bytes(unit: &str) -> bool {
    steps(unit).is_some_and(|(steps, _)| steps == BYTES)
}

/// How many nanoseconds or bytes one of this unit is; `None` when it is neither time nor memory.
pub fn in_smallest(unit: &str) -> Option<f64> {
    steps(unit).map(|(_, factor)| factor)
}

/// How values of a unit are written: what a page's script needs to write them as [`format_value`] does.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Size in the smallest step, and sign, of each step; the largest first. Empty: whole numbers.
    pub steps: &'static [(f64, &'static str)],
    /// How many of the smallest step one is.
    pub factor: f64,
    /// What follows a whole number; empty for counts.
    pub suffix: String,
}

/// How values of this unit are written.
pub fn scale(unit: &str) -> Scale {
    match steps(unit) {
        Some((steps, factor)) => Scale { steps, factor, suffix: String::new() },
        None => Scale { steps: &[], factor: 1.0, suffix: plain_suffix(unit).to_owned() },
    }
}

/// What stands behind a value that is neither time nor memory; empty for counts.
fn plain_suffix(unit: &str) -> &str {
    match unit {
        "count" | "counts" | "samples" | "sample" | "objects" | "unit" => "",
        other => other,
    }
}

/// A value with its unit: `19.01 s`, `1.50 MB`, `1,234`. Counts have no unit; a unit that is not known follows as it stands.
pub fn format_value(value: i64, unit: &str) -> String {
    let Some((steps, factor)) = steps(unit) else {
        let plain = thousands(value);
        return match plain_suffix(unit) {
            "" => plain,
            other => format!("{plain} {other}"),
        };
    };
    let smallest = value as f64 * factor;
    // The step is chosen by the rounded value, so that 999,999 ns is 1.00 ms and not 1000.00 µs.
    let Some(&(size, sign)) = steps.iter().find(|(size, _)| *size > 1.0 && smallest.abs() >= size * 0.999_995) else {
        return format!("{} {}", thousands(smallest as i64), steps_end(steps));
    };
    let shown = smallest / size;
    if shown.abs() >= 1000.0 {
        return format!("{} {sign}", thousands(shown.round() as i64));
    }
    format!("{shown:.2} {sign}")
}

/// A whole number with commas: `-1,234,567`.
pub fn thousands(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('-');
    }
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A percentage: `90.3 %`, with two digits after the point below 1, `<0.01 %` for the rest that is not 0.
pub fn percent(percent: f64) -> String {
    match percent.abs() {
        0.0 => "0 %".into(),
        size if size < 0.005 => "<0.01 %".into(),
        size if size < 0.995 => format!("{percent:.2} %"),
        size if size > 99.95 => format!("{percent:.0} %"),
        _ => format!("{percent:.1} %"),
    }
}

fn steps_end(steps: Steps) -> &'static str {
    steps.last().map_or("", |(_, sign)| sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_unit() {
        for (value, unit, text) in [
            (19_010_000_000, "nanoseconds", "19.01 s"),
            (6_005_990_000_000, "nanoseconds", "6,006 s"),
            (999, "ns", "999 ns"),
            (999_999, "nanoseconds", "1.00 ms"),
            (1_500, "nanoseconds", "1.50 µs"),
            (-1_500_000, "nanoseconds", "-1.50 ms"),
            (12, "milliseconds", "12.00 ms"),
            (0, "nanoseconds", "0 ns"),
            (1_500_000, "bytes", "1.50 MB"),
            (512, "kilobytes", "524.29 KB"),
            (0, "bytes", "0 B"),
            (1_234_567, "count", "1,234,567"),
            (-999, "count", "-999"),
            (7, "cycles", "7 cycles"),
            (i64::MIN, "count", "-9,223,372,036,854,775,808"),
            (i64::MAX, "bytes", "9,223,372 TB"),
        ] {
            assert_eq!(format_value(value, unit), text, "{value} {unit}");
        }
    }

    #[test]
    fn percentages() {
        let texts: Vec<_> = [0.0, 0.001, 0.32, 0.999, 1.0, 90.34, 99.97, 100.0, -12.34].into_iter().map(percent).collect();
        assert_eq!(texts, ["0 %", "<0.01 %", "0.32 %", "1.0 %", "1.0 %", "90.3 %", "100 %", "100 %", "-12.3 %"]);
    }

    #[test]
    fn kinds_of_units() {
        assert!(is_time("nanoseconds") && is_time("ms") && !is_time("bytes") && !is_time("count"));
        assert!(is_bytes("bytes") && is_bytes("KB") && !is_bytes("seconds"));
    }
}
