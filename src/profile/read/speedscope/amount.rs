//! Numbers of the file: exact where their unit is known by then, else as they stand.

use super::super::json::Json;
use crate::profile::error::ProfileError;

/// A weight or a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Amount {
    /// In our unit.
    Exact(i64),
    /// In the file's unit, which it had not told yet.
    Raw(f64),
}

impl Amount {
    /// The next value, if it is a number. `power` is that of the unit, where it is known.
    pub(super) fn read(json: &mut Json<'_, '_>, power: Option<u32>) -> Result<Option<Self>, ProfileError> {
        Ok(match power {
            Some(power) => json.maybe_scaled(power)?.map(Self::Exact),
            None => json.maybe_number()?.map(Self::Raw),
        })
    }

    /// As a whole number in our unit, cut to what it holds.
    pub(super) fn whole(self, power: u32) -> i64 {
        match self {
            Self::Exact(whole) => whole,
            Self::Raw(number) => (number * 10_f64.powi(i32::try_from(power).unwrap_or(0))).round() as i64,
        }
    }

    /// Whether it is larger than another one read under the same circumstances.
    pub(super) fn is_above(self, other: Self) -> bool {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => a > b,
            (a, b) => a.number() > b.number(),
        }
    }

    fn number(self) -> f64 {
        match self {
            Self::Exact(whole) => whole as f64,
            Self::Raw(number) => number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Amount::{Exact, Raw};

    #[test]
    fn whole_numbers_stay_exact() {
        assert_eq!((Exact(i64::MAX).whole(9), Raw(0.25).whole(3), Raw(1e300).whole(0)), (i64::MAX, 250, i64::MAX));
        assert!(Exact(i64::MAX).is_above(Exact(i64::MAX - 1)) && Raw(2.0).is_above(Exact(1)) && !Raw(1.0).is_above(Raw(1.0)));
    }
}
