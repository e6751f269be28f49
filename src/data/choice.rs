//! What a person chooses where cells can be read in two ways.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::calendar::DayOrder;
use super::numeral::DecimalSign;

/// How the cells of one column are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// Dates have their day first.
    Dmy,
    /// Dates have their month first.
    Mdy,
    /// Numbers have a decimal comma.
    Comma,
    /// Numbers have a decimal point.
    Point,
}

impl Choice {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Dmy, Self::Mdy, Self::Comma, Self::Point];

    /// The name in reports and settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dmy => DayOrder::Dmy.name(),
            Self::Mdy => DayOrder::Mdy.name(),
            Self::Comma => DecimalSign::Comma.name(),
            Self::Point => DecimalSign::Point.name(),
        }
    }

    /// The choice as a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Dmy => "day first",
            Self::Mdy => "month first",
            Self::Comma => "decimal comma",
            Self::Point => "decimal point",
        }
    }
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|choice| choice.name() == text);
        known.ok_or_else(|| format!("cells cannot be read as “{text}”; choose {}", Self::ALL.map(Self::name).join(", ")))
    }
}

impl From<DayOrder> for Choice {
    fn from(order: DayOrder) -> Self {
        match order {
            DayOrder::Dmy => Self::Dmy,
            DayOrder::Mdy => Self::Mdy,
        }
    }
}

impl From<DecimalSign> for Choice {
    fn from(sign: DecimalSign) -> Self {
        match sign {
            DecimalSign::Comma => Self::Comma,
            DecimalSign::Point => Self::Point,
        }
    }
}

/// One of the ways in which a column that stayed text could be read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reading {
    /// What to choose for it.
    pub key: Choice,
    /// What a cell would say then, such as `day first: 3 April 2024`.
    pub words: String,
}

/// What a person chose for a file; what is not chosen is found out, or stays text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Choices {
    /// What comes first in dates of two numbers and a year.
    pub dates: Option<DayOrder>,
    /// What stands before the decimals of numbers.
    pub decimal: Option<DecimalSign>,
    /// For single columns, by name; these go before what is chosen for the file.
    pub columns: BTreeMap<String, Choice>,
}

/// What was chosen for one column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// What comes first in dates.
    pub dates: Option<DayOrder>,
    /// What stands before decimals.
    pub decimal: Option<DecimalSign>,
    /// For this very column.
    pub own: Option<Choice>,
}

impl Choices {
    /// What holds for a column.
    pub fn of(&self, name: &str) -> Chosen {
        let own = self.columns.get(name).copied();
        let file = Chosen { dates: self.dates, decimal: self.decimal, own };
        match own {
            None => file,
            Some(Choice::Dmy) => Chosen { dates: Some(DayOrder::Dmy), ..file },
            Some(Choice::Mdy) => Chosen { dates: Some(DayOrder::Mdy), ..file },
            Some(Choice::Comma) => Chosen { decimal: Some(DecimalSign::Comma), ..file },
            Some(Choice::Point) => Chosen { decimal: Some(DecimalSign::Point), ..file },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_goes_before_the_file() {
        let columns = [("paid".to_owned(), Choice::Mdy)].into();
        let choices = Choices { dates: Some(DayOrder::Dmy), decimal: Some(DecimalSign::Comma), columns };
        assert_eq!(choices.of("paid").dates, Some(DayOrder::Mdy));
        assert_eq!(choices.of("due").dates, Some(DayOrder::Dmy));
        assert_eq!(choices.of("paid").decimal, Some(DecimalSign::Comma));
        assert_eq!(Choice::ALL.map(|choice| choice.name().parse()), Choice::ALL.map(Ok));
        assert!("ymd".parse::<Choice>().is_err_and(|error| error.contains("dmy, mdy, comma, point")));
    }
}
