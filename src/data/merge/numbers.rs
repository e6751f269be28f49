//! Columns of numbers, words for yes and no, dates and times.

use polars::error::PolarsResult;
use polars::prelude::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Series, UInt8Type, UInt16Type, UInt32Type,
};

use super::{Joined, Merged};
use crate::data::build;
use crate::data::date::TimeStyle;
use crate::data::format::Spelling;
use crate::data::number::SAFE_DIGITS;
use crate::data::part::{Part, Values};
use crate::data::reason;
use crate::data::steps::{Level, Step};
use crate::data::validity::Validity;

/// Ranges of whole numbers, days or moments up to here are counted for distinct values with a bit each.
const COUNTED_RANGE: u64 = 1 << 26;
/// Whole numbers up to here keep all digits as decimals.
const WHOLE_LIMIT: f64 = super::WHOLE_LIMIT;

impl Joined<'_> {
    pub(super) fn ints(mut self) -> PolarsResult<Merged> {
        let tally = self.tally();
        let values = self.take(|values| if let Values::Int(values) = values { Some(values) } else { None });
        Ok(self.whole_numbers(values, 0, &tally))
    }

    /// Stores whole numbers, spelled with `zeros` zeros after the point, as narrow as the step allows.
    fn whole_numbers(self, values: Vec<Vec<i64>>, zeros: u8, tally: &crate::data::peers::TextTally) -> Merged {
        let range = range(&values, &self.parts);
        let unique = count_distinct(&values, &self.parts, range);
        let narrow = self.steps().has(Step::Integers);
        let (series, bytes) = narrowest(self.name, values, self.validity(), range, narrow);
        let reason = reason::whole_numbers(range, bytes, zeros, self.nulls, self.rows);
        let step = (bytes < 8).then_some(Step::Integers);
        let mut merged = self.merged(series, Spelling::Int { zeros }, step, reason, tally);
        merged.unique = unique;
        merged
    }

    pub(super) fn floats(mut self) -> PolarsResult<Merged> {
        let (spelled, tally) = (self.spelled(), self.tally());
        let (spelling, exact) = spelled.spelling();
        if let (Spelling::Fixed(zeros), true) =
            (spelling, spelled.whole && spelled.max_abs <= WHOLE_LIMIT && self.steps().has(Step::Integers))
        {
            let values = self.take(|values| match values {
                Values::Float(values, _) => Some(values.iter().map(|value| *value as i64).collect()),
                _ => None,
            });
            return Ok(self.whole_numbers(values, zeros, &tally));
        }
        let values = self.take(|values| match values {
            Values::Float(values, _) => Some(values),
            Values::Int(values) => Some(values.iter().map(|value| *value as f64).collect()),
            _ => None,
        });
        let validity = self.validity();
        let may_narrow = self.rules.level == Level::Aggressive && self.steps().has(Step::Floats);
        if let Some(small) = may_narrow.then(|| in_four_bytes(&values)).flatten() {
            let series = build::numbers::<Float32Type>(self.name, small, validity);
            return Ok(self.merged(series, spelling, Some(Step::Floats), reason::small_decimals(), &tally));
        }
        let series = build::numbers::<Float64Type>(self.name, flat(values), validity);
        Ok(self.merged(series, spelling, None, reason::decimals(exact), &tally))
    }

    pub(super) fn bools(mut self, pair: u8) -> PolarsResult<Merged> {
        let tally = self.tally();
        let values = flat(self.take(|values| if let Values::Bool(values, _) = values { Some(values) } else { None }));
        let validity = self.validity();
        let seen = |wanted: bool| values.iter().enumerate().any(|(row, yes)| *yes == wanted && validity.get(row));
        let (yes, no) = (seen(true), seen(false));
        let series = build::booleans(self.name, &values, validity);
        let mut merged = self.merged(series, Spelling::Bool(pair), Some(Step::Booleans), reason::booleans(pair, yes, no), &tally);
        merged.unique = Some(u64::from(yes) + u64::from(no));
        Ok(merged)
    }

    pub(super) fn dates(mut self) -> PolarsResult<Merged> {
        let tally = self.tally();
        let days = self.take(|values| if let Values::Date(days) = values { Some(days) } else { None });
        let range = range(&days, &self.parts);
        let unique = count_distinct(&days, &self.parts, range);
        let series = build::dates(self.name, flat(days), self.validity());
        let mut merged = self.merged(series, Spelling::Date, Some(Step::Dates), reason::dates(range), &tally);
        merged.unique = unique;
        Ok(merged)
    }

    pub(super) fn times(mut self, style: TimeStyle) -> PolarsResult<Merged> {
        let per_second = style.per_second();
        let tally = self.tally();
        let from_days = |day: &i32| i64::from(*day).checked_mul(86_400 * per_second).unwrap_or_default();
        let moments = self.take(|values| match values {
            Values::Time(moments, found) if found.per_second() == per_second => Some(moments),
            Values::Time(moments, found) => Some(moments.iter().map(|moment| moment * (per_second / found.per_second())).collect()),
            Values::Date(days) => Some(days.iter().map(from_days).collect()),
            _ => None,
        });
        let range = range(&moments, &self.parts);
        let series = build::times(self.name, flat(moments), self.validity(), per_second);
        let spelling = Spelling::Time { style, short: self.rules.rules.typed };
        Ok(self.merged(series, spelling, Some(Step::Dates), reason::times(range, style), &tally))
    }
}

/// All values in one vector. Each part's memory is given back once it is copied.
fn flat<T: Clone>(parts: Vec<Vec<T>>) -> Vec<T> {
    let mut all = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    parts.into_iter().for_each(|part| all.extend_from_slice(&part));
    all
}

/// Values of the rows that hold one, part after part.
fn valid<'a, T: Copy + Into<i64>>(values: &'a [Vec<T>], parts: &'a [Part]) -> impl Iterator<Item = i64> + 'a {
    values.iter().zip(parts).flat_map(|(values, part)| {
        let validity = &part.validity;
        values.iter().enumerate().filter(|(row, _)| validity.get(*row)).map(|(_, value)| (*value).into())
    })
}

/// Smallest and largest value of the rows that hold one.
fn range<T: Copy + Into<i64>>(values: &[Vec<T>], parts: &[Part]) -> Option<(i64, i64)> {
    valid(values, parts).fold(None, |range, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    })
}

/// Different values, with a bit for each value of the range.
fn count_distinct<T: Copy + Into<i64>>(values: &[Vec<T>], parts: &[Part], range: Option<(i64, i64)>) -> Option<u64> {
    let Some((low, high)) = range else { return Some(0) };
    let span = low.abs_diff(high);
    if span > COUNTED_RANGE {
        return None;
    }
    let mut seen = vec![0u64; span as usize / 64 + 1];
    for value in valid(values, parts) {
        let at = low.abs_diff(value) as usize;
        if let Some(bits) = seen.get_mut(at / 64) {
            *bits |= 1 << (at % 64);
        }
    }
    Some(seen.iter().map(|bits| u64::from(bits.count_ones())).sum())
}

/// The series, and the bytes that each value takes.
fn narrowest(name: &str, values: Vec<Vec<i64>>, validity: Validity, range: Option<(i64, i64)>, narrow: bool) -> (Series, usize) {
    let (low, high) = range.unwrap_or((0, 0));
    macro_rules! fit {
        ($($native:ty, $kind:ty, $bytes:expr);*) => {
            $(if narrow && <$native>::try_from(low).is_ok() && <$native>::try_from(high).is_ok() {
                let mut all: Vec<$native> = Vec::with_capacity(values.iter().map(Vec::len).sum());
                // Rows without a value hold a zero, which every type has. All others lie in the range, so nothing is cut off.
                values.into_iter().for_each(|part| all.extend(part.iter().map(|value| *value as $native)));
                return (build::numbers::<$kind>(name, all, validity), $bytes);
            })*
        };
    }
    fit!(u8, UInt8Type, 1; i8, Int8Type, 1; u16, UInt16Type, 2; i16, Int16Type, 2; u32, UInt32Type, 4; i32, Int32Type, 4);
    (build::numbers::<Int64Type>(name, flat(values), validity), 8)
}

/// The values in four bytes each, when the shortest digits of every one stay the same.
fn in_four_bytes(values: &[Vec<f64>]) -> Option<Vec<f32>> {
    const { assert!(SAFE_DIGITS > f32::DIGITS) };
    let same = |value: &f64| {
        let small = *value as f32;
        (small.to_string().parse() == Ok(*value)).then_some(small)
    };
    let mut all = Vec::with_capacity(values.iter().map(Vec::len).sum());
    for value in values.iter().flatten() {
        all.push(same(value)?);
    }
    Some(all)
}
