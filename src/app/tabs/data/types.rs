//! Names of types for people who do not program: a short one to show, and what it means.

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

/// How the values of a type stand in the preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Digits of one width, at the right.
    Number,
    /// Digits and signs of one width, at the left: dates, flags, codes with leading zeros.
    Code,
    /// Text.
    Text,
}

impl Kind {
    /// For a column stored as `after` that a usual reader makes `before` of: what such a reader takes for numbers and is kept as text are codes.
    pub fn of(before: &str, after: &str) -> Self {
        let numbers = |kind: &str| kind.starts_with("Int") || kind.starts_with("UInt") || kind.starts_with("Float");
        match after {
            _ if numbers(after) => Self::Number,
            "Date" | "Datetime" | "Boolean" => Self::Code,
            _ if numbers(before) => Self::Code,
            _ => Self::Text,
        }
    }
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

    #[test]
    fn codes_are_what_others_take_for_numbers() {
        assert_eq!(Kind::of("Int64", "Enum(4,000)"), Kind::Code);
        assert_eq!(Kind::of("String", "Enum(8)"), Kind::Text);
        assert_eq!(Kind::of("Int64", "UInt32"), Kind::Number);
        assert_eq!(Kind::of("String", "Date"), Kind::Code);
    }
}
