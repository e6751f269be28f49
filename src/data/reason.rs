//! Why a column has its type, in words for someone who does not know what a type is.

use super::choice::{Choice, Reading};
use super::date::{TimeStyle, write_date};
use super::format::Style;
use super::kind::WORD_PAIRS;
use super::numeral::Percent;
use super::peers::EngineKind;
use super::words::Words;

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

/// A number in a range: years and short codes read better without a comma.
fn figure(number: i64) -> String {
    if number.unsigned_abs() < 10_000 { number.to_string() } else { grouped(number.into()) }
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count as i128), if count == 1 { one } else { many })
}

/// `1 to 1,000,000: 4 bytes are enough`.
pub fn whole_numbers(range: Option<(i64, i64)>, bytes: usize, zeros: u8, nulls: usize, rows: usize) -> String {
    let Some((low, high)) = range else { return "no numbers".into() };
    let enough = if bytes == 1 { "1 byte is enough".into() } else { format!("{bytes} bytes are enough") };
    let mut text = match bytes {
        8 => format!("numbers of {} digits need 8 bytes", high.unsigned_abs().max(low.unsigned_abs()).to_string().len()),
        _ if low == high => format!("always {}: {enough}", figure(low)),
        _ => format!("{} to {}: {enough}", figure(low), figure(high)),
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
    if exact { "decimals need full precision" } else { "decimals need full precision; some are spelled shorter (1.50 as 1.5)" }
        .into()
}

/// A column of decimals whose digits fit into four bytes; `error` is the greatest relative one of what is stored.
pub fn small_decimals(error: f64) -> String {
    let off = if error == 0.0 { "stored without any error".into() } else { format!("greatest relative error {error:.1e}") };
    format!("all digits of these decimals fit into 4 bytes; {off}")
}

/// The same, and how an office wrote the texts.
pub fn in_style(mut reason: String, style: Style) -> String {
    match style {
        Style::Plain => {}
        Style::Date(style) => reason.push_str(&format!("; written {}", style.pattern())),
        Style::Number(style) => {
            reason.push_str(&format!("; written like {}", style.example()));
            if style.percent != Percent::None {
                reason.push_str(", the number before the sign is stored");
            }
        }
    }
    reason
}

/// What a person in doubt is told of a column that stays text.
pub fn two_readings(example: &str, readings: &[Reading]) -> String {
    let words: Vec<&str> = readings.iter().map(|reading| reading.words.as_str()).collect();
    format!("“{example}” can be read in two ways: {}. The column stays text until one is chosen.", words.join("; "))
}

/// What was chosen for a column does not fit a cell.
pub fn refused(choice: Choice, cell: Option<&str>) -> String {
    let what = match choice {
        Choice::Dmy => "the day first",
        Choice::Mdy => "the month first",
        Choice::Comma => "a decimal comma",
        Choice::Point => "a decimal point",
    };
    match cell {
        Some(cell) => format!("With {what}, as chosen, “{cell}” cannot be read: the column is kept as text."),
        None => format!("With {what}, as chosen, not every cell could be written again: the column is kept as text."),
    }
}

/// A column of two words, of which those that occur are told.
pub fn booleans(pair: u8, yes: bool, no: bool) -> String {
    let (yes_word, no_word) = WORD_PAIRS.get(usize::from(pair)).copied().unwrap_or(("true", "false"));
    match (yes, no) {
        (true, false) => format!("always “{yes_word}”: one bit each"),
        (false, true) => format!("always “{no_word}”: one bit each"),
        _ => format!("only “{yes_word}” and “{no_word}”: one bit each"),
    }
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
pub fn categories(words: &Words, engine: EngineKind, nulls: usize) -> String {
    let bytes = match words.len() {
        0..=255 => "1 byte each",
        256..=65_535 => "2 bytes each",
        _ => "4 bytes each",
    };
    let kept = match engine {
        EngineKind::Int64 | EngineKind::Float64 => "; codes kept as written, with their leading zeros",
        _ => "",
    };
    if words.len() != 1 {
        return format!("{}: {bytes}{kept}", plural(words.len(), "different text", "different texts"));
    }
    let text = String::from_utf8_lossy(words.get(0));
    let always = if text.chars().count() <= 30 { format!("always “{text}”") } else { "always the same text".into() };
    let blank = if nulls > 0 { " or blank" } else { "" };
    format!("{always}{blank}: {bytes}{kept}")
}

/// Why a text was not made a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptText {
    /// There is none.
    Nothing,
    /// The step is off.
    SwitchedOff,
    /// No text occurs twice.
    AllDifferent,
    /// More texts differ than the threshold allows.
    MostlyDifferent,
    /// A list of the different texts would take more than it saves.
    NoGain,
    /// A list of the different texts would take more memory than was allowed for the work.
    MemoryLimit,
}

/// Text that stays text.
pub fn text(engine: EngineKind, why: KeptText) -> String {
    match (engine, why) {
        (EngineKind::Int64 | EngineKind::Float64, _) => "codes that would lose digits as numbers: kept as text",
        (_, KeptText::Nothing) => "no text at all",
        (_, KeptText::SwitchedOff) => "kept as text: categories are switched off",
        (_, KeptText::AllDifferent) => "all texts differ: kept as they are",
        (_, KeptText::MostlyDifferent) => "mostly different texts: kept as they are",
        (_, KeptText::MemoryLimit) => "too many different texts to number within the memory limit",
        (_, KeptText::NoGain) => "a list of its texts would take more memory than it saves",
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(count: usize) -> Words {
        let mut words = Words::default();
        for number in 0..count {
            words.number(format!("{number:05}").as_bytes());
        }
        words
    }

    #[test]
    fn categories_are_counted_in_words() {
        let zeros = "; codes kept as written, with their leading zeros";
        assert_eq!(categories(&words(4_000), EngineKind::Int64, 0), format!("4,000 different texts: 2 bytes each{zeros}"));
        assert_eq!(categories(&words(1), EngineKind::String, 0), "always “00000”: 1 byte each");
        assert_eq!(categories(&words(1), EngineKind::String, 5), "always “00000” or blank: 1 byte each");
    }

    #[test]
    fn reasons_read_well() {
        assert_eq!(whole_numbers(Some((1, 1_000_000)), 4, 0, 0, 10), "1 to 1,000,000: 4 bytes are enough");
        assert_eq!(
            whole_numbers(Some((100, 399)), 2, 1, 15, 100),
            "100 to 399: 2 bytes are enough; all decimals are zero; blank in 15.0 %"
        );
        assert_eq!(whole_numbers(Some((0, i64::MAX)), 8, 0, 0, 1), "numbers of 19 digits need 8 bytes");
        assert_eq!(whole_numbers(Some((2013, 2013)), 2, 0, 0, 10), "always 2013: 2 bytes are enough");
        assert_eq!(whole_numbers(Some((-4, 1999)), 2, 0, 0, 10), "-4 to 1999: 2 bytes are enough");
        assert_eq!(booleans(3, true, true), "only “Y” and “N”: one bit each");
        assert_eq!(booleans(3, false, true), "always “N”: one bit each");
        assert_eq!(text(EngineKind::String, KeptText::NoGain), "a list of its texts would take more memory than it saves");
        assert_eq!(dates(Some((0, 20_778))), "dates, 1970-01-01 to 2026-11-21");
        assert_eq!(grouped(-1_234_567), "-1,234,567");
    }
}
