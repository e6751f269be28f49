//! Whether decimals keep all their digits in four bytes, found mostly without printing them.

use super::column::ColumnView;
use super::format::{Spelling, Value};
use super::number::{POWERS, SAFE_DIGITS};

/// The numbers of decimals that are tried: those below this.
const TRIED: usize = 8;

/// Whether the shortest digits of the value in four bytes are the value's own.
pub fn survives(value: f64) -> bool {
    survives_plainly(value, None) || survives_printing(value)
}

/// As [`survives`], asking all values of a column; `None` when more than `budget` values would have to be printed.
pub fn all_survive(view: &ColumnView<'_>, mut budget: usize) -> Option<bool> {
    let decimals = if let Spelling::Fixed(decimals) = view.spelling() { Some(decimals) } else { None };
    for row in 0..view.len() {
        let Some(Value::Float(value)) = view.value(row) else { continue };
        if survives_plainly(value, decimals) {
            continue;
        }
        budget = budget.checked_sub(1)?;
        if !survives_printing(value) {
            return Some(false);
        }
    }
    Some(true)
}

/// A number of so few digits that the values of four bytes lie closer together than the numbers with as many decimals: then no
/// other one of these is printed for it. Tiny numbers are left out, whose decimals can lie on the edge between two values.
fn survives_plainly(value: f64, decimals: Option<u8>) -> bool {
    let size = value.abs();
    if size == 0.0 {
        return true;
    }
    let power_of_two = f64::from_bits(size.to_bits() & 0x7FF0_0000_0000_0000);
    let close = |power: f64| size >= 0.0625 && power_of_two * power < f64::from(1 << 22);
    let powers = POWERS.get(..TRIED).unwrap_or_default();
    if let Some(power) = decimals.and_then(|decimals| powers.get(usize::from(decimals))) {
        return close(*power);
    }
    powers.iter().take_while(|power| close(**power)).any(|power| (size * power).round() / power == size)
}

fn survives_printing(value: f64) -> bool {
    const { assert!(SAFE_DIGITS > f32::DIGITS) };
    (value as f32).to_string().parse() == Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_survives_plainly_survives_printing() {
        let mut state = 7u64;
        let mut random = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % end
        };
        let (mut plain, mut not) = (0, 0);
        for _ in 0..300_000 {
            let decimals = random(8) as usize;
            let most = 10u64.pow(1 + random(9) as u32);
            let digits = random(most);
            let value = digits as f64 / POWERS[decimals];
            for known in [Some(decimals as u8), None] {
                if survives_plainly(value, known) {
                    assert!(survives_printing(value), "{value}");
                    plain += 1;
                } else {
                    not += u32::from(!survives_printing(value));
                }
            }
        }
        assert!(plain > 200_000 && not > 100_000, "{plain} {not}");
        // Two to the power of 24, and the next whole number, which four bytes do not hold.
        assert_eq!((survives(16_777_216.0), survives(16_777_217.0)), (true, false));
        assert_eq!((survives(0.1), survives(0.123_456_789)), (true, false));
    }
}
