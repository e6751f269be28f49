//! Names of types for people who do not program: a short one to show, and what it means.

pub use crate::operations::TypeName;

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
    fn codes_are_what_others_take_for_numbers() {
        assert_eq!(Kind::of("Int64", "Enum(4,000)"), Kind::Code);
        assert_eq!(Kind::of("String", "Enum(8)"), Kind::Text);
        assert_eq!(Kind::of("Int64", "UInt32"), Kind::Number);
        assert_eq!(Kind::of("String", "Date"), Kind::Code);
    }
}
