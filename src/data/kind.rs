//! What a column's cells can be, and what two such findings make together.

use super::date::{TimeStyle, parse_date, parse_time};
use super::number::{parse_decimal, parse_int};
use super::steps::{Step, Steps};

/// The kind of a column so far. `Text` holds everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// No value yet.
    #[default]
    Nothing,
    /// Whole numbers within 64 bits.
    Int,
    /// Decimal numbers.
    Float,
    /// Two words, those of [`WORD_PAIRS`] at this place.
    Bool(u8),
    /// Days.
    Date,
    /// Moments, in one spelling.
    Time(TimeStyle),
    /// Anything else.
    Text,
}

/// Pairs of words that mean yes and no, the yes first.
pub const WORD_PAIRS: [(&str, &str); 11] = [
    ("true", "false"),
    ("True", "False"),
    ("TRUE", "FALSE"),
    ("Y", "N"),
    ("y", "n"),
    ("Yes", "No"),
    ("yes", "no"),
    ("YES", "NO"),
    ("T", "F"),
    ("t", "f"),
    ("Ja", "Nein"),
];

/// Words that stand for an absent value among numbers and dates.
pub const NULL_WORDS: [&str; 10] = ["NA", "N/A", "n/a", "#N/A", "NULL", "null", "None", "NaN", "nan", "-"];

/// How cells may be read: which steps are on, and whether they come from typed cells (a workbook's), whose dates are spelled
/// by us: there a date is also a moment at midnight.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Steps that are on.
    pub steps: Steps,
    /// The source's cells have types.
    pub typed: bool,
}

impl Rules {
    /// The most special kind of one cell.
    pub fn classify(&self, text: &[u8]) -> Kind {
        let first = text.first().copied().unwrap_or(b' ');
        if first.is_ascii_digit() || first == b'-' {
            return self.classify_digits(text);
        }
        match bool_word(text) {
            Some((pair, _)) if self.steps.has(Step::Booleans) => Kind::Bool(pair),
            _ => Kind::Text,
        }
    }

    fn classify_digits(&self, text: &[u8]) -> Kind {
        if parse_int(text).is_some() {
            Kind::Int
        } else if parse_decimal(text).is_some() {
            Kind::Float
        } else if !self.steps.has(Step::Dates) {
            Kind::Text
        } else if parse_date(text).is_some() {
            Kind::Date
        } else {
            parse_time(text).map_or(Kind::Text, |(_, style)| Kind::Time(style))
        }
    }

    /// The most special kind that holds both.
    pub fn join(&self, a: Kind, b: Kind) -> Kind {
        match (a, b) {
            (same, other) if same == other => same,
            (Kind::Nothing, kind) | (kind, Kind::Nothing) => kind,
            (Kind::Int, Kind::Float) | (Kind::Float, Kind::Int) => Kind::Float,
            (Kind::Date, Kind::Time(style)) | (Kind::Time(style), Kind::Date) if self.typed => Kind::Time(style),
            // A column has fractions of one length, or none where they are zero.
            (Kind::Time(a), Kind::Time(b))
                if self.typed && TimeStyle { fraction: b.fraction, ..a } == b && (a.fraction == 0 || b.fraction == 0) =>
            {
                Kind::Time(TimeStyle { fraction: a.fraction.max(b.fraction), ..a })
            }
            _ => Kind::Text,
        }
    }
}

/// The pair that a word belongs to, and whether it is the yes.
pub fn bool_word(text: &[u8]) -> Option<(u8, bool)> {
    if text.len() > 5 {
        return None;
    }
    WORD_PAIRS.iter().enumerate().find_map(|(at, (yes, no))| {
        let yes = text == yes.as_bytes();
        (yes || text == no.as_bytes()).then_some((at as u8, yes))
    })
}

/// The place of a word in [`NULL_WORDS`].
pub fn null_word(text: &[u8]) -> Option<u8> {
    if text.len() > 4 {
        return None;
    }
    NULL_WORDS.iter().position(|word| word.as_bytes() == text).map(|at| at as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { steps: Steps::ALL, typed: false };

    #[test]
    fn cells_are_classified() {
        for (text, kind) in [
            ("5", Kind::Int),
            ("02494", Kind::Text),
            ("1.50", Kind::Float),
            ("Y", Kind::Bool(3)),
            ("2019-07-17", Kind::Date),
            ("12E5", Kind::Text),
            ("", Kind::Text),
            ("-", Kind::Text),
        ] {
            assert_eq!(RULES.classify(text.as_bytes()), kind, "{text}");
        }
    }

    #[test]
    fn dates_and_times_mix_only_in_typed_cells() {
        let Kind::Time(style) = RULES.classify(b"2019-07-17 10:00:00") else { panic!("a time") };
        assert_eq!(RULES.join(Kind::Date, Kind::Time(style)), Kind::Text);
        assert_eq!(Rules { typed: true, ..RULES }.join(Kind::Date, Kind::Time(style)), Kind::Time(style));
        let fraction = |fraction| Kind::Time(TimeStyle { fraction, ..style });
        let typed = Rules { typed: true, ..RULES };
        assert_eq!(typed.join(fraction(0), fraction(3)), fraction(3));
        assert_eq!(typed.join(fraction(3), fraction(6)), Kind::Text, "12:00:00.250 would become 12:00:00.250000");
        assert_eq!(RULES.join(Kind::Bool(0), Kind::Bool(3)), Kind::Text);
        assert_eq!(RULES.join(Kind::Int, Kind::Float), Kind::Float);
    }
}
