//! How the decimals of a column are spelled.

use super::format::Spelling;
use super::number::{Decimal, write_fixed, write_shortest};

/// How the decimals of a batch or column are spelled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FloatTally {
    /// Fewest digits after the point; 255 before the first value.
    min_decimals: u8,
    max_decimals: u8,
    /// Some value ends in a zero that it does not need (1.50).
    padded: bool,
    /// Some whole value has no point.
    bare: bool,
    /// Some whole value ends in `.0`.
    point_zero: bool,
    /// Some value is spelled as Python would not.
    odd: bool,
    /// Some value has so many digits that a fixed number of decimals does not give them again.
    unfixed: bool,
    /// All values are whole.
    pub whole: bool,
    /// The largest distance from zero.
    pub max_abs: f64,
}

impl Default for FloatTally {
    fn default() -> Self {
        Self {
            min_decimals: u8::MAX,
            max_decimals: 0,
            padded: false,
            bare: false,
            point_zero: false,
            odd: false,
            unfixed: false,
            whole: true,
            max_abs: 0.0,
        }
    }
}

impl FloatTally {
    /// Notes one more value and its text.
    #[inline]
    pub fn add(&mut self, text: &[u8], number: Decimal) {
        let (value, decimals) = (number.value, number.decimals);
        let size = value.abs();
        self.min_decimals = self.min_decimals.min(decimals);
        self.max_decimals = self.max_decimals.max(decimals);
        self.padded |= number.padded;
        let whole = value.fract() == 0.0;
        self.whole &= whole && !number.exponent && (size != 0.0 || value.is_sign_positive());
        self.bare |= whole && decimals == 0 && !number.exponent;
        self.point_zero |= whole && decimals > 0;
        self.max_abs = self.max_abs.max(size);
        if number.exponent || number.long || (size != 0.0 && !(1e-4..1e16).contains(&size)) {
            let mut out = Vec::new();
            write_shortest(&mut out, value, decimals > 0);
            self.odd |= out != text;
            out.clear();
            write_fixed(&mut out, value, decimals);
            self.unfixed |= out != text;
            if number.exponent {
                self.min_decimals = 0;
                self.max_decimals = u8::MAX;
            }
        }
    }

    /// What holds of both.
    pub fn join(self, other: Self) -> Self {
        Self {
            min_decimals: self.min_decimals.min(other.min_decimals),
            max_decimals: self.max_decimals.max(other.max_decimals),
            padded: self.padded | other.padded,
            bare: self.bare | other.bare,
            point_zero: self.point_zero | other.point_zero,
            odd: self.odd | other.odd,
            unfixed: self.unfixed | other.unfixed,
            whole: self.whole & other.whole,
            max_abs: self.max_abs.max(other.max_abs),
        }
    }

    /// Whole numbers among decimals, spelled without a point.
    pub fn of_ints(max_abs: f64) -> Self {
        Self { min_decimals: 0, bare: true, max_abs, ..Self::default() }
    }

    /// No value has an exponent, or more digits than it is certain to keep.
    pub fn is_plain(&self) -> bool {
        !self.odd && !self.unfixed
    }

    /// The spelling that fits best, and whether it gives every cell's text again.
    pub fn spelling(&self) -> (Spelling, bool) {
        if self.min_decimals == self.max_decimals && !self.unfixed {
            (Spelling::Fixed(self.max_decimals), true)
        } else {
            let exact = !(self.padded || self.odd || self.bare && self.point_zero);
            (Spelling::Shortest { point_zero: self.point_zero && !self.bare }, exact)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::number::parse_decimal;
    use super::*;

    fn spelling(texts: &[&str]) -> (Spelling, bool) {
        let mut tally = FloatTally::default();
        for text in texts {
            tally.add(text.as_bytes(), parse_decimal(text.as_bytes()).unwrap_or_else(|| panic!("{text}")));
        }
        tally.spelling()
    }

    #[test]
    fn the_spelling_of_a_column() {
        assert_eq!(spelling(&["1.50", "2.00"]), (Spelling::Fixed(2), true));
        assert_eq!(spelling(&["1.5", "2.25"]), (Spelling::Shortest { point_zero: false }, true));
        assert_eq!(spelling(&["1.0", "2.25"]), (Spelling::Shortest { point_zero: true }, true));
        assert_eq!(spelling(&["1", "2.25"]), (Spelling::Shortest { point_zero: false }, true));
        assert!(!spelling(&["1", "1.0", "2.25"]).1);
        assert!(!spelling(&["1.50", "2.255"]).1);
        assert_eq!(spelling(&["1e-05", "0.5"]), (Spelling::Shortest { point_zero: false }, true));
        assert!(!spelling(&["0.00001", "0.5"]).1);
        // As a fixed number of decimals this would read 0.10000000000000001.
        assert!(!spelling(&["0.10000000000000000"]).1);
        assert_eq!(spelling(&["0.30000000000000004"]), (Spelling::Fixed(17), true));
    }
}
