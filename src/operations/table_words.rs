//! What is said about a table, for people who do not program: types, steps, levels.

use crate::data::{Level, Step};
use crate::report::format;

/// A type's short name, `Category (8)`, and what it means, `8 different texts, …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeName {
    /// For a column of a table.
    pub short: String,
    /// One sentence, without the exact name.
    pub meaning: String,
}

impl TypeName {
    /// The words for a type as the engine names it: `UInt16`, `Enum(4,000)`.
    pub fn of(kind: &str) -> Self {
        match kind.strip_prefix("Enum(").and_then(|rest| rest.strip_suffix(')')) {
            Some(count) => category(count),
            None => Self { short: short(kind).to_owned(), meaning: meaning(kind).to_owned() },
        }
    }

    /// What the pointer shows: the exact name and its meaning.
    pub fn hover(&self, kind: &str) -> String {
        format!("{kind}: {}", self.meaning)
    }
}

fn category(count: &str) -> TypeName {
    let number: u64 = count.replace(',', "").parse().unwrap_or(u64::MAX);
    let each = match number {
        0..=255 => "1 byte",
        256..=65_535 => "2 bytes",
        _ => "4 bytes",
    };
    let texts = if number == 1 { "1 text".to_owned() } else { format!("{count} different texts") };
    TypeName {
        short: format!("Category ({count})"),
        meaning: format!("{texts}, stored once; each row holds its number in {each}."),
    }
}

fn short(kind: &str) -> &str {
    match kind {
        "String" => "Text",
        "Boolean" => "Yes/No",
        "Datetime" => "Date, time",
        "Null" => "Empty",
        "Enum" => "Category",
        other => other,
    }
}

fn meaning(kind: &str) -> &'static str {
    match kind {
        "Int8" => "whole numbers from −128 to 127, 1 byte each.",
        "Int16" => "whole numbers from −32,768 to 32,767, 2 bytes each.",
        "Int32" => "whole numbers from −2,147,483,648 to 2,147,483,647, 4 bytes each.",
        "Int64" => "whole numbers of up to 18 digits, 8 bytes each.",
        "UInt8" => "whole numbers from 0 to 255, 1 byte each.",
        "UInt16" => "whole numbers from 0 to 65,535, 2 bytes each.",
        "UInt32" => "whole numbers from 0 to 4,294,967,295, 4 bytes each.",
        "UInt64" => "whole numbers from 0 on, of up to 19 digits, 8 bytes each.",
        "Float32" => "decimal numbers of up to 7 digits, 4 bytes each.",
        "Float64" => "decimal numbers of up to 15 digits, 8 bytes each.",
        "Boolean" => "one of two words, 8 rows in one byte.",
        "String" => "texts, 16 bytes each, and more for those over 12 bytes.",
        "Date" => "days, 4 bytes each.",
        "Datetime" => "days with a time, 8 bytes each.",
        "Null" => "no value in any row, so nothing is stored.",
        _ => "a type of its own.",
    }
}

/// What a level means, in a sentence.
pub fn level_words(level: Level) -> &'static str {
    match level {
        Level::Conservative => "Conservative: every cell can be written again letter for letter.",
        Level::Balanced => "Balanced: every value stays the same; 1.50 may be kept as 1.5.",
        Level::Aggressive => "Aggressive: as balanced; decimals in 4 bytes where all their digits survive.",
    }
}

/// What a step does, in a sentence.
pub fn step_words(step: Step) -> &'static str {
    match step {
        Step::Integers => "Whole numbers in as few bytes as their range needs, also those that hide in decimals.",
        Step::Floats => "Decimal numbers in 4 bytes where all their digits survive. Works at the level Aggressive only.",
        Step::Booleans => "Columns of two words, such as Y and N, as one bit each.",
        Step::Dates => "Dates written as 2026-11-21, with or without time, as numbers.",
        Step::Categories => "Texts that repeat are stored once; each row holds a small number.",
        Step::Nulls => "Columns without any value take no memory.",
    }
}

/// Bytes for each row, three digits at most: `8`, `22.5`, `0.13`.
pub fn per_row(bytes: u64, rows: u64) -> String {
    if rows == 0 {
        return "–".to_owned();
    }
    let each = bytes as f64 / rows as f64;
    let decimals = match each {
        each if each < 0.995 => 2,
        each if each < 99.95 => 1,
        _ => 0,
    };
    let text = format::grouped(each, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_short_names_and_a_meaning() {
        let category = TypeName::of("Enum(4,000)");
        assert_eq!(category.short, "Category (4,000)");
        assert_eq!(
            category.hover("Enum(4,000)"),
            "Enum(4,000): 4,000 different texts, stored once; each row holds its number in 2 bytes."
        );
        assert_eq!(TypeName::of("Enum(1)").meaning, "1 text, stored once; each row holds its number in 1 byte.");
        assert_eq!(TypeName::of("UInt16").hover("UInt16"), "UInt16: whole numbers from 0 to 65,535, 2 bytes each.");
        assert_eq!(TypeName::of("String").short, "Text");
    }
}
