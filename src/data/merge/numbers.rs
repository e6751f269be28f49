//! Columns of numbers, words for yes and no, dates and times.

use polars::error::PolarsResult;
use polars::prelude::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Series, UInt8Type, UInt16Type, UInt32Type,
};

use super::{Joined, Known, Merged};
use crate::data::build;
use crate::data::date::TimeStyle;
use crate::data::format::{Spelling, Style};
use crate::data::narrow::{self, Range, spanning};
use crate::data::part::{Part, Values};
use crate::data::peers::TextTally;
use crate::data::reason;
use crate::data::small::survives;
use crate::data::steps::{Level, Step};
use crate::data::validity::Validity;

/// Ranges of whole numbers, days or moments up to here are counted for distinct values with a bit each.
const COUNTED_RANGE: u64 = 1 << 26;
/// Whole numbers up to here keep all digits as decimals.
const WHOLE_LIMIT: f64 = super::WHOLE_LIMIT;

impl Joined<'_> {
    /// Whether these are decimals of four bytes that would take eight as whole numbers.
    pub(super) fn are_wide_small_floats(&self) -> bool {
        self.rules.declared.small_floats && self.spelled().max_abs > f64::from(i32::MAX)
    }

    pub(super) fn ints(mut self) -> PolarsResult<Merged> {
        let tally = self.tally();
        let values = self.take(|values| if let Values::Int(values) = values { Some(values) } else { None });
        Ok(self.whole_numbers(values, 0, &tally))
    }

    /// Stores whole numbers, spelled with `zeros` zeros after the point, as narrow as the step allows.
    fn whole_numbers(self, values: Vec<Vec<i64>>, zeros: u8, tally: &TextTally) -> Merged {
        let (range, unique) = self.range_and_unique(&values);
        let (kind, bytes) = if self.steps().has(Step::Integers) { narrow::narrowest(range) } else { (DataType::Int64, 8) };
        let series = whole_series(self.name, values, self.validity(), &kind);
        let (rows, nulls) = self.totals();
        let reason = reason::whole_numbers(range, bytes, zeros, nulls, rows);
        let step = (bytes < 8 || self.style != Style::Plain).then_some(Step::Integers);
        let mut merged = self.merged(series, Spelling::Int { zeros }, step, reason, tally);
        merged.unique = unique;
        merged
    }

    /// Smallest and largest value of the whole column, and how many different ones it has where they were counted.
    fn range_and_unique<T: Copy + Into<i64>>(&self, values: &[Vec<T>]) -> (Range, Option<u64>) {
        if let Some(known) = self.known {
            return (known.range(), None);
        }
        let range = range(values, &self.parts);
        (range, count_distinct(values, &self.parts, range))
    }

    pub(super) fn floats(mut self) -> PolarsResult<Merged> {
        let (spelled, tally) = (self.spelled(), self.tally());
        let (spelling, exact) = spelled.spelling();
        let whole = spelled.whole && spelled.max_abs <= WHOLE_LIMIT && self.steps().has(Step::Integers);
        if let (Spelling::Fixed(zeros), true) = (spelling, whole && !self.are_wide_small_floats()) {
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
        let may_narrow = self.rules.narrows_floats() && self.known.is_none_or(|known| known.survey.small_error.is_some());
        if let Some((small, error)) = may_narrow.then(|| in_four_bytes(&values)).flatten() {
            let error = self.known.and_then(|known| known.survey.small_error).unwrap_or(error);
            let series = build::numbers::<Float32Type>(self.name, small, validity);
            // What the file has is no step of ours.
            let step = (!self.rules.declared.small_floats).then_some(Step::Floats);
            return Ok(self.merged(series, spelling, step, reason::small_decimals(error), &tally));
        }
        let series = build::numbers::<Float64Type>(self.name, flat(values), validity);
        let step = (self.style != Style::Plain).then_some(Step::Floats);
        Ok(self.merged(series, spelling, step, reason::decimals(exact), &tally))
    }

    pub(super) fn bools(mut self, pair: u8) -> PolarsResult<Merged> {
        let tally = self.tally();
        let values = flat(self.take(|values| if let Values::Bool(values, _) = values { Some(values) } else { None }));
        let validity = self.validity();
        let seen = |wanted: bool| values.iter().enumerate().any(|(row, yes)| *yes == wanted && validity.get(row));
        let (yes, no) = self.known.map_or_else(|| (seen(true), seen(false)), |known| known.survey.seen);
        let series = build::booleans(self.name, &values, validity);
        let mut merged = self.merged(series, Spelling::Bool(pair), Some(Step::Booleans), reason::booleans(pair, yes, no), &tally);
        merged.unique = Some(u64::from(yes) + u64::from(no));
        Ok(merged)
    }

    pub(super) fn dates(mut self) -> PolarsResult<Merged> {
        let tally = self.tally();
        let days = self.take(|values| if let Values::Date(days) = values { Some(days) } else { None });
        Ok(self.days(days, Spelling::Date, &tally))
    }

    fn days(self, days: Vec<Vec<i32>>, spelling: Spelling, tally: &TextTally) -> Merged {
        let (range, unique) = self.range_and_unique(&days);
        let series = build::dates(self.name, flat(days), self.validity());
        let mut told = reason::dates(range);
        if let Spelling::Midnight(_) = spelling {
            told.push_str("; always midnight");
        }
        let mut merged = self.merged(series, spelling, Some(Step::Dates), told, tally);
        merged.unique = unique;
        merged
    }

    pub(super) fn times(mut self, style: TimeStyle) -> PolarsResult<Merged> {
        let per_second = style.per_second();
        let tally = self.tally();
        let from_days = |day: &i32| i64::from(*day) * 86_400 * per_second;
        let moments = self.take(|values| match values {
            Values::Time(moments, found) if found.per_second() == per_second => Some(moments),
            Values::Time(moments, found) => Some(moments.iter().map(|moment| moment * (per_second / found.per_second())).collect()),
            Values::Date(days) => Some(days.iter().map(from_days).collect()),
            _ => None,
        });
        let typed = self.rules.rules.typed;
        let per_day = 86_400 * per_second;
        let at_midnight = || self.known.map_or_else(|| always_midnight(&moments, per_day), |known| known.survey.midnight);
        if self.rules.level == Level::Aggressive && !typed && at_midnight() {
            let days = |moments: Vec<i64>| moments.into_iter().map(|moment| (moment / per_day) as i32).collect();
            return Ok(self.days(moments.into_iter().map(days).collect(), Spelling::Midnight(style), &tally));
        }
        let range = self.known.map_or_else(|| range(&moments, &self.parts), Known::range);
        let series = build::times(self.name, flat(moments), self.validity(), per_second);
        let spelling = Spelling::Time { style, short: typed };
        Ok(self.merged(series, spelling, Some(Step::Dates), reason::times(range, style), &tally))
    }
}

/// Whether no moment has a time of day; rows without a value hold a zero, which has none.
fn always_midnight(moments: &[Vec<i64>], per_day: i64) -> bool {
    moments.iter().flatten().all(|moment| moment % per_day == 0)
}

/// Whether a part's moments are within 64 bits in the units of a style.
pub(super) fn times_fit(part: &Part, style: TimeStyle) -> bool {
    let per_second = style.per_second();
    match &part.values {
        Values::Time(moments, found) => {
            let times = per_second / found.per_second();
            moments.iter().all(|moment| moment.checked_mul(times).is_some())
        }
        Values::Date(days) => days.iter().all(|day| i64::from(*day).checked_mul(86_400 * per_second).is_some()),
        _ => true,
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
fn range<T: Copy + Into<i64>>(values: &[Vec<T>], parts: &[Part]) -> Range {
    values.iter().zip(parts).map(|(values, part)| part.range(values, Into::into)).fold(None, spanning)
}

/// Different values, with a bit for each value of the range.
fn count_distinct<T: Copy + Into<i64>>(values: &[Vec<T>], parts: &[Part], range: Range) -> Option<u64> {
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

/// Whole numbers in the type that [`narrow::narrowest`] found, or in eight bytes each.
fn whole_series(name: &str, values: Vec<Vec<i64>>, validity: Validity, kind: &DataType) -> Series {
    macro_rules! built {
        ($native:ty, $kind:ty) => {{
            let mut all: Vec<$native> = Vec::with_capacity(values.iter().map(Vec::len).sum());
            // Rows without a value hold a zero, which every type has. All others lie in the range, so nothing is cut off.
            values.into_iter().for_each(|part| all.extend(part.iter().map(|value| *value as $native)));
            build::numbers::<$kind>(name, all, validity)
        }};
    }
    match kind {
        DataType::UInt8 => built!(u8, UInt8Type),
        DataType::Int8 => built!(i8, Int8Type),
        DataType::UInt16 => built!(u16, UInt16Type),
        DataType::Int16 => built!(i16, Int16Type),
        DataType::UInt32 => built!(u32, UInt32Type),
        DataType::Int32 => built!(i32, Int32Type),
        _ => build::numbers::<Int64Type>(name, flat(values), validity),
    }
}

/// The value in four bytes, when its shortest digits stay the same, and how far that is from it, as a share of it.
fn small(value: f64) -> Option<(f32, f64)> {
    let small = value as f32;
    let error = if value == 0.0 { 0.0 } else { ((f64::from(small) - value) / value).abs() };
    survives(value).then_some((small, error))
}

/// The greatest relative error of the values in four bytes, when the shortest digits of every one stay the same.
pub(super) fn error_in_four_bytes(values: &[f64]) -> Option<f64> {
    values.iter().try_fold(0f64, |most, value| Some(most.max(small(*value)?.1)))
}

/// The values in four bytes each, when the shortest digits of every one stay the same, and the greatest relative error.
fn in_four_bytes(values: &[Vec<f64>]) -> Option<(Vec<f32>, f64)> {
    let mut all = Vec::with_capacity(values.iter().map(Vec::len).sum());
    let mut error = 0f64;
    for value in values.iter().flatten() {
        let (value, off) = small(*value)?;
        error = error.max(off);
        all.push(value);
    }
    Some((all, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::kind::{Kind, Rules};
    use crate::data::read::cells_of;
    use crate::data::steps::Steps;

    #[test]
    fn moments_beyond_64_bits_are_not_made() {
        let rules = Rules { steps: Steps::ALL, typed: true };
        let style = |fraction| TimeStyle { t: false, seconds: true, fraction, zulu: false };
        let fits = |cell, fraction| times_fit(&Part::build(cells_of(cell).column(0), Kind::Nothing, &rules), style(fraction));
        // 2^63 nanoseconds end on 2262-04-11 at 23:47:16.854775807.
        assert!(fits("2262-04-11", 9) && !fits("2262-04-12", 9) && fits("9999-12-31", 6));
        assert!(fits("2262-04-11 23:47:16", 9) && !fits("2262-04-11 23:47:17", 9));
        assert!(fits("9999-12-31 23:59:59", 6));
    }
}
