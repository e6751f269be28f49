//! Why a column has its type, in words for someone who does not know what a type is.

use super::date::{TimeStyle, write_date};
use super::kind::WORD_PAIRS;
use super::peers::EngineKind;

/// A whole number with commas between thousands.
pub fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count as i128), if count == 1 { one } else { many })
}

/// `1 to 1,000,000: 4 bytes are enough`.
pub fn whole_numbers(range: Option<(i64, i64)>, bytes: usize, zeros: u8, nulls: usize, rows: usize) -> String {
    let Some((low, high)) = range else { return "no numbers".into() };
    let mut text = if bytes < 8 {
        let unit = if bytes == 1 { "1 byte is".into() } else { format!("{bytes} bytes are") };
        format!("{} to {}: {unit} enough", grouped(low.into()), grouped(high.into()))
    } else {
        let digits = high.unsigned_abs().max(low.unsigned_abs()).to_string().len();
        format!("numbers of {digits} digits need 8 bytes")
    };
    if zeros > 0 {
        text.push_str("; all decimals are zero");
    }
    if nulls > 0 {
        text.push_str(&format!("; blank in {}", share(nulls, rows)));
    }
    text
}

/// `15 %`, never 0 % of something and never 100 % of not all.
fn share(part: usize, all: usize) -> String {
    let percent = part as f64 * 100.0 / all.max(1) as f64;
    if percent < 0.1 { "under 0.1 %".into() } else { format!("{percent:.1} %") }
}

/// A column of decimals that keeps its type.
pub fn decimals(exact: bool) -> String {
    if exact { "decimals need full precision" } else { "decimals need full precision; some are spelled shorter (1.50 as 1.5)" }.into()
}

/// A column of decimals whose digits fit into four bytes.
pub fn small_decimals() -> String {
    "all digits of these decimals fit into 4 bytes".into()
}

/// A column of two words.
pub fn booleans(pair: u8) -> String {
    let (yes, no) = WORD_PAIRS.get(usize::from(pair)).copied().unwrap_or(("true", "false"));
    format!("only “{yes}” and “{no}”: one bit each")
}

/// `2019-01-01 to 2025-07-29`.
pub fn dates(range: Option<(i64, i64)>) -> String {
    let day = |days: i64| {
        let mut text = Vec::new();
        write_date(&mut text, days as i32);
        String::from_utf8_lossy(&text).into_owned()
    };
    range.map_or_else(String::new, |(low, high)| format!("dates, {} to {}", day(low), day(high)))
}

/// Dates with a time of day.
pub fn times(range: Option<(i64, i64)>, style: TimeStyle) -> String {
    let days = range.map(|(low, high)| (low.div_euclid(86_400 * style.per_second()), high.div_euclid(86_400 * style.per_second())));
    format!("{}, with time of day", dates(days))
}

/// `4,000 different texts: 2 bytes each`.
pub fn categories(count: usize, engine: EngineKind) -> String {
    let bytes = match count {
        0..=255 => "1 byte",
        256..=65_535 => "2 bytes",
        _ => "4 bytes",
    };
    let kept = match engine {
        EngineKind::Int64 | EngineKind::Float64 => "; codes kept as written, with their leading zeros",
        _ => "",
    };
    if count == 1 {
        return format!("the same text in every row that has one: {bytes} each{kept}");
    }
    format!("{}: {bytes} each{kept}", plural(count, "different text", "different texts"))
}

/// Text that stays text.
pub fn text(engine: EngineKind) -> String {
    match engine {
        EngineKind::Int64 | EngineKind::Float64 => "codes that would lose digits as numbers: kept as text".into(),
        EngineKind::Nothing => "no text at all".into(),
        _ => "mostly different texts: kept as they are".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_well() {
        assert_eq!(whole_numbers(Some((1, 1_000_000)), 4, 0, 0, 10), "1 to 1,000,000: 4 bytes are enough");
        assert_eq!(whole_numbers(Some((100, 399)), 2, 1, 15, 100), "100 to 399: 2 bytes are enough; all decimals are zero; blank in 15.0 %");
        assert_eq!(whole_numbers(Some((0, i64::MAX)), 8, 0, 0, 1), "numbers of 19 digits need 8 bytes");
        assert_eq!(categories(4_000, EngineKind::Int64), "4,000 different texts: 2 bytes each; codes kept as written, with their leading zeros");
        assert_eq!(dates(Some((0, 20_778))), "dates, 1970-01-01 to 2026-11-21");
        assert_eq!(grouped(-1_234_567), "-1,234,567");
    }
}
