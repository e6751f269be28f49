//! The steps of shrinking, which can be switched, and the levels, which say how strict to be.

use std::str::FromStr;

/// One way to make a column smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Whole numbers in as few bytes as their range needs, also those that hide in decimals.
    Integers,
    /// Decimal numbers written with a comma or with signs between the thousands; at level aggressive also decimals in four bytes
    /// where all their digits survive.
    Floats,
    /// Two words as one bit.
    Booleans,
    /// Dates and times as numbers.
    Dates,
    /// Repeated text stored once.
    Categories,
    /// Columns without any value.
    Nulls,
}

impl Step {
    /// All steps, in the order in which they are shown.
    pub const ALL: [Self; 6] = [Self::Integers, Self::Floats, Self::Booleans, Self::Dates, Self::Categories, Self::Nulls];

    /// The step's name on the command line and in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Integers => "integers",
            Self::Floats => "floats",
            Self::Booleans => "booleans",
            Self::Dates => "dates",
            Self::Categories => "categories",
            Self::Nulls => "nulls",
        }
    }

    /// The step as a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Integers => "Smaller numbers",
            Self::Floats => "Smaller decimals",
            Self::Booleans => "Yes/No",
            Self::Dates => "Dates from text",
            Self::Categories => "Text to categories",
            Self::Nulls => "Empty columns",
        }
    }
}

/// Which steps are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Steps(u8);

impl Default for Steps {
    fn default() -> Self {
        Self::ALL
    }
}

impl Steps {
    /// All steps on.
    pub const ALL: Self = Self(0b11_1111);

    /// No step on: everything stays as it is read.
    pub const NONE: Self = Self(0);

    /// Whether a step is on.
    pub fn has(self, step: Step) -> bool {
        self.0 & (1 << step as u8) != 0
    }

    /// The same with one step switched.
    #[must_use]
    pub fn with(self, step: Step, on: bool) -> Self {
        let bit = 1 << step as u8;
        Self(if on { self.0 | bit } else { self.0 & !bit })
    }
}

impl FromStr for Steps {
    type Err = String;

    /// `+dates,-categories`: changes to all steps on.
    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',').filter(|part| !part.trim().is_empty()).try_fold(Self::ALL, |steps, part| {
            let part = part.trim();
            let (on, name) = part.strip_prefix('-').map_or((true, part.strip_prefix('+').unwrap_or(part)), |name| (false, name));
            let step = Step::ALL.into_iter().find(|step| step.name() == name);
            let known = || Step::ALL.map(Step::name).join(", ");
            step.map(|step| steps.with(step, on)).ok_or_else(|| format!("there is no step “{name}”; the steps are {}", known()))
        })
    }
}

/// How strict the exactness is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Every cell can be written again byte for byte.
    Conservative,
    /// Every value stays the same; its spelling may differ (1.50 and 1.5), which is counted.
    #[default]
    Balanced,
    /// As balanced; decimals also in four bytes where all their digits survive, moments that are all midnight as days.
    Aggressive,
}

impl Level {
    /// All levels, strictest first.
    pub const ALL: [Self; 3] = [Self::Conservative, Self::Balanced, Self::Aggressive];

    /// The level's name on the command line and in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Conservative => "conservative",
            Self::Balanced => "balanced",
            Self::Aggressive => "aggressive",
        }
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let level = Self::ALL.into_iter().find(|level| level.name() == text);
        level.ok_or_else(|| format!("there is no level “{text}”; the levels are {}", Self::ALL.map(Self::name).join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_switched_by_name() {
        let steps: Steps = "+dates,-categories".parse().expect("known steps");
        assert!(steps.has(Step::Dates) && steps.has(Step::Integers) && !steps.has(Step::Categories));
        assert!("-dtaes".parse::<Steps>().is_err_and(|error| error.contains("dtaes") && error.contains("categories")));
        assert_eq!("aggressive".parse(), Ok(Level::Aggressive));
    }
}
