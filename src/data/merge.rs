//! The parts of a column become one series of the smallest type that loses nothing.

use polars::error::PolarsResult;
use polars::prelude::{Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Series, UInt8Type, UInt16Type, UInt32Type};

use super::build::{self, TextBuilder};
use super::column::enum_map_bytes;
use super::format::{Format, Spelling};
use super::kind::{Kind, NULL_WORDS, Rules};
use super::number::SAFE_DIGITS;
use super::part::{Absent, FloatTally, Part, Validity, Values, text_at};
use super::peers::{EngineKind, TextTally};
use super::reason;
use super::steps::{Level, Step};
use super::words::Words;

/// Whole numbers up to here keep all digits as decimals.
const WHOLE_LIMIT: f64 = 999_999_999_999_999.0;
/// Day or moment ranges up to here are counted for distinct values with a bit each.
const COUNTED_RANGE: u64 = 1 << 26;

/// How to decide.
#[derive(Clone, Copy, Debug)]
pub struct MergeRules {
    /// How cells were read.
    pub rules: Rules,
    /// How strict to be.
    pub level: Level,
    /// Share of different texts up to which categories are considered.
    pub category_threshold: f64,
}

/// A finished column.
#[derive(Debug)]
pub struct Merged {
    /// The column.
    pub series: Series,
    /// How its values are spelled in the source.
    pub format: Format,
    /// The step that made it smaller, if one did.
    pub step: Option<Step>,
    /// Why it has this type, in words.
    pub reason: String,
    /// Rows without a value.
    pub nulls: usize,
    /// Different values, where they could be counted.
    pub unique: Option<u64>,
    /// The type that polars' own reader gives it.
    pub engine: EngineKind,
    /// What that takes in memory.
    pub engine_bytes: u64,
    /// What pandas takes with object strings.
    pub pandas_bytes: u64,
}

/// What came out of [`merge`].
#[derive(Debug)]
pub enum Outcome {
    /// The column.
    Done(Box<Merged>),
    /// It has to be read again as text: the parts do not give the texts of all cells.
    AsText,
}

/// Puts the parts of one column together.
///
/// # Errors
/// When the frame library refuses.
pub fn merge(name: &str, parts: Vec<Part>, rules: &MergeRules) -> PolarsResult<Outcome> {
    let column = Joined::new(name, parts, rules);
    match column.kind {
        Kind::Nothing => column.nothing().map(done),
        Kind::Int => column.ints().map(done),
        Kind::Float if column.keeps_level() => column.floats().map(done),
        Kind::Bool(pair) => column.bools(pair).map(done),
        Kind::Date => column.dates().map(done),
        Kind::Time(style) => column.times(style).map(done),
        Kind::Text | Kind::Float if column.parts.iter().all(Part::spelled_exactly) => column.text().map(done),
        Kind::Text | Kind::Float => Ok(Outcome::AsText),
    }
}

fn done(merged: Merged) -> Outcome {
    Outcome::Done(Box::new(merged))
}

struct Joined<'a> {
    name: &'a str,
    parts: Vec<Part>,
    kind: Kind,
    absent: Absent,
    rows: usize,
    nulls: usize,
    rules: &'a MergeRules,
}

impl<'a> Joined<'a> {
    fn new(name: &'a str, parts: Vec<Part>, rules: &'a MergeRules) -> Self {
        let absent = parts.iter().try_fold(Absent::default(), |all, part| all.join(part.absent));
        let mut kind = parts.iter().fold(Kind::Nothing, |kind, part| rules.rules.join(kind, part.kind()));
        let ints_fit = || parts.iter().all(|part| !matches!(&part.values, Values::Int(values) if values.iter().any(|v| v.unsigned_abs() as f64 > WHOLE_LIMIT)));
        if absent.is_none() || (kind == Kind::Float && !ints_fit()) {
            kind = Kind::Text;
        }
        let rows = parts.iter().map(Part::rows).sum();
        let nulls = parts.iter().map(|part| part.validity.nulls()).sum();
        Self { name, parts, kind, absent: absent.unwrap_or_default(), rows, nulls, rules }
    }

    fn steps(&self) -> super::steps::Steps {
        self.rules.rules.steps
    }

    /// The rows that hold a value, part after part.
    fn validity(&self) -> Validity {
        let mut all = Validity::default();
        for part in &self.parts {
            (0..part.rows()).for_each(|row| all.push(part.validity.get(row)));
        }
        all
    }

    fn tally(&self) -> FloatTally {
        self.parts.iter().fold(FloatTally::default(), |all, part| match &part.values {
            Values::Float(_, tally) => all.join(*tally),
            Values::Int(values) => all.join(FloatTally::of_ints(values.iter().fold(0, |most, v| most.max(v.unsigned_abs())) as f64)),
            _ => all,
        })
    }

    /// At the strictest level a column of decimals must be spelled so that each cell's text comes back.
    fn keeps_level(&self) -> bool {
        self.rules.level != Level::Conservative || self.tally().spelling().1
    }

    fn merged(&self, series: Series, spelling: Spelling, step: Option<Step>, reason: String) -> Merged {
        let mut tally = TextTally::default();
        if self.absent.word.is_some() {
            // A word among the numbers makes them texts elsewhere: count what those take.
            self.each_text(|text| if let Some(text) = text { tally.add(text, 1) });
        } else {
            self.tally_by_kind(&mut tally);
        }
        self.with_tally(series, spelling, step, reason, &tally, if self.absent.word.is_some() { 0 } else { self.nulls })
    }

    fn with_tally(&self, series: Series, spelling: Spelling, step: Option<Step>, reason: String, tally: &TextTally, blank: usize) -> Merged {
        let engine = if self.rules.rules.typed { self.typed_engine() } else { tally.engine };
        Merged {
            series,
            format: Format { spelling, null: self.absent.word },
            step,
            reason,
            nulls: self.nulls,
            unique: None,
            engine,
            engine_bytes: engine.bytes(self.rows, blank, tally.long_bytes),
            pandas_bytes: tally.pandas_bytes(self.rows, blank),
        }
    }

    /// A workbook's reader gives every number eight bytes.
    fn typed_engine(&self) -> EngineKind {
        match self.kind {
            Kind::Int | Kind::Float => EngineKind::Float64,
            Kind::Bool(2) => EngineKind::Boolean,
            Kind::Date | Kind::Time(_) => EngineKind::Datetime,
            Kind::Nothing | Kind::Bool(_) | Kind::Text => EngineKind::String,
        }
    }

    /// The tally of a column of one kind without looking at each text.
    fn tally_by_kind(&self, tally: &mut TextTally) {
        let values = (self.rows - self.nulls) as u64;
        match self.kind {
            Kind::Int => (tally.engine, tally.pandas_kind) = (EngineKind::Int64, EngineKind::Int64),
            Kind::Float => (tally.engine, tally.pandas_kind) = (EngineKind::Float64, EngineKind::Float64),
            Kind::Date if values > 0 => tally.add(b"2000-01-01", values),
            Kind::Nothing => {}
            _ => self.each_text(|text| if let Some(text) = text { tally.add(text, 1) }),
        }
    }

    fn each_text(&self, mut each: impl FnMut(Option<&[u8]>)) {
        self.parts.iter().for_each(|part| part.texts(&mut each));
    }

    fn nothing(self) -> PolarsResult<Merged> {
        let word = self.absent.word.and_then(|word| NULL_WORDS.get(usize::from(word)));
        let reason = word.map_or_else(|| "empty in every row".to_owned(), |word| format!("“{word}” in every row"));
        if !self.steps().has(Step::Nulls) {
            return self.text();
        }
        let mut merged = self.merged(build::nothing(self.name, self.rows), Spelling::Text, Some(Step::Nulls), reason);
        merged.unique = Some(0);
        Ok(merged)
    }

    fn ints(self) -> PolarsResult<Merged> {
        let values: Vec<i64> = self.collect(|part| if let Values::Int(values) = part { Some(values.clone()) } else { None });
        self.whole_numbers(values, 0)
    }

    /// Stores whole numbers, spelled with `zeros` zeros after the point, as narrow as the step allows.
    fn whole_numbers(self, values: Vec<i64>, zeros: u8) -> PolarsResult<Merged> {
        let validity = self.validity();
        let range = range(&values, &validity);
        let unique = count_distinct(&values, &validity, range);
        let narrow = self.steps().has(Step::Integers);
        let (series, bytes) = narrowest(self.name, values, validity, range, narrow);
        let reason = reason::whole_numbers(range, bytes, zeros, self.nulls, self.rows);
        let step = (bytes < 8).then_some(Step::Integers);
        let mut merged = self.merged(series, Spelling::Int { zeros }, step, reason);
        merged.unique = unique;
        Ok(merged)
    }

    fn floats(self) -> PolarsResult<Merged> {
        let tally = self.tally();
        let (spelling, exact) = tally.spelling();
        if let (true, true, Spelling::Fixed(zeros), true) = (tally.whole, tally.max_abs <= WHOLE_LIMIT, spelling, self.steps().has(Step::Integers)) {
            let values = self.collect(|part| if let Values::Float(values, _) = part { Some(values.iter().map(|v| *v as i64).collect()) } else { None });
            return self.whole_numbers(values, zeros);
        }
        let values: Vec<f64> = self.collect(|part| match part {
            Values::Float(values, _) => Some(values.clone()),
            Values::Int(values) => Some(values.iter().map(|v| *v as f64).collect()),
            _ => None,
        });
        let validity = self.validity();
        if self.rules.level == Level::Aggressive && self.steps().has(Step::Floats) {
            if let Some(small) = in_four_bytes(&values) {
                let series = build::numbers::<Float32Type>(self.name, small, validity);
                return Ok(self.merged(series, spelling, Some(Step::Floats), reason::small_decimals()));
            }
        }
        let series = build::numbers::<Float64Type>(self.name, values, validity);
        Ok(self.merged(series, spelling, None, reason::decimals(exact)))
    }

    fn bools(self, pair: u8) -> PolarsResult<Merged> {
        let values = self.collect(|part| if let Values::Bool(values, _) = part { Some(values.clone()) } else { None });
        let validity = self.validity();
        let seen = |wanted: bool| values.iter().enumerate().any(|(row, yes)| *yes == wanted && validity.get(row));
        let unique = u64::from(seen(true)) + u64::from(seen(false));
        let series = build::booleans(self.name, &values, validity);
        let mut merged = self.merged(series, Spelling::Bool(pair), Some(Step::Booleans), reason::booleans(pair));
        merged.unique = Some(unique);
        Ok(merged)
    }

    fn dates(self) -> PolarsResult<Merged> {
        let days: Vec<i32> = self.collect(|part| if let Values::Date(days) = part { Some(days.clone()) } else { None });
        let validity = self.validity();
        let wide: Vec<i64> = days.iter().map(|day| i64::from(*day)).collect();
        let range = range(&wide, &validity);
        let unique = count_distinct(&wide, &validity, range);
        let series = build::dates(self.name, days, validity);
        let mut merged = self.merged(series, Spelling::Date, Some(Step::Dates), reason::dates(range));
        merged.unique = unique;
        Ok(merged)
    }

    fn times(self, style: super::date::TimeStyle) -> PolarsResult<Merged> {
        let per_second = style.per_second();
        let moments: Vec<i64> = self.collect(|part| match part {
            Values::Time(moments, _) => Some(moments.clone()),
            Values::Date(days) => Some(days.iter().map(|day| i64::from(*day) * 86_400 * per_second).collect()),
            _ => None,
        });
        let validity = self.validity();
        let range = range(&moments, &validity);
        let series = build::times(self.name, moments, validity, per_second);
        let spelling = Spelling::Time { style, short: self.rules.rules.typed };
        Ok(self.merged(series, spelling, Some(Step::Dates), reason::times(range, style)))
    }

    /// All values in one vector; parts without values give zeros.
    fn collect<T: Clone + Default>(&self, read: impl Fn(&Values) -> Option<Vec<T>>) -> Vec<T> {
        let mut all = Vec::with_capacity(self.rows);
        for part in &self.parts {
            match read(&part.values) {
                Some(values) => all.extend(values),
                None => all.resize(all.len() + part.rows(), T::default()),
            }
        }
        all
    }

    fn text(mut self) -> PolarsResult<Merged> {
        // Null words are texts here like any other.
        self.kind = Kind::Text;
        self.absent.word = None;
        let long_bytes = self.long_text_bytes();
        self.nulls = self.count_absent();
        if let Some((words, codes, validity)) = self.numbered(long_bytes) {
            return self.categories(&words, codes, validity);
        }
        let (mut texts, mut tally) = (TextBuilder::new(self.rows, long_bytes), TextTally::default());
        self.each_text(|text| {
            texts.push(text);
            if let Some(text) = text {
                tally.add(text, 1);
            }
        });
        let series = texts.finish(self.name)?;
        Ok(self.with_tally(series, Spelling::Text, None, reason::text(tally.engine), &tally, self.nulls))
    }

    fn categories(self, words: &Words, codes: Vec<u32>, validity: Validity) -> PolarsResult<Merged> {
        let mut counts = vec![0u64; words.len()];
        codes.iter().enumerate().filter(|(row, _)| validity.get(*row)).for_each(|(_, code)| counts[*code as usize] += 1);
        let mut tally = TextTally::default();
        words.iter().zip(&counts).for_each(|(word, count)| tally.add(word, *count));
        let series = build::categories(self.name, codes, words, validity)?;
        let reason = reason::categories(words.len(), tally.engine);
        let mut merged = self.with_tally(series, Spelling::Text, Some(Step::Categories), reason, &tally, self.nulls);
        merged.unique = Some(words.len() as u64);
        Ok(merged)
    }

    fn count_absent(&self) -> usize {
        let mut absent = 0;
        for part in &self.parts {
            // Only a part without a null word has rows that the source left blank.
            absent += if part.absent.word.is_none() { part.validity.nulls() } else { 0 };
        }
        absent
    }

    /// Bytes of all texts that do not fit into a view.
    fn long_text_bytes(&self) -> u64 {
        let long = |len: usize| if len > 12 { len as u64 } else { 0 };
        let mut bytes = 0;
        for part in &self.parts {
            match &part.values {
                Values::Words(codes, words) => {
                    let lengths: Vec<u64> = words.iter().map(|word| long(word.len())).collect();
                    let valid = |row: usize| part.validity.get(row);
                    bytes += codes.iter().enumerate().filter(|(row, _)| valid(*row)).map(|(_, code)| lengths.get(*code as usize).copied().unwrap_or(0)).sum::<u64>();
                }
                Values::Text(text, ends) => bytes += (0..ends.len()).map(|row| long(text_at(text, ends, row).len())).sum::<u64>(),
                _ => part.texts(|text| bytes += long(text.unwrap_or_default().len())),
            }
        }
        bytes
    }

    /// The texts numbered, if that takes less memory than the texts and there are few enough of them.
    fn numbered(&self, long_bytes: u64) -> Option<(Words, Vec<u32>, Validity)> {
        if !self.steps().has(Step::Categories) || self.rows == self.nulls {
            return None;
        }
        let as_text = self.rows as u64 * 16 + long_bytes;
        let most = ((self.rows - self.nulls) as f64 * self.rules.category_threshold).max(1.0) as usize;
        let (mut words, mut codes, mut validity) = (Words::default(), Vec::with_capacity(self.rows), Validity::default());
        for part in &self.parts {
            if let Values::Words(numbers, own) = &part.values {
                let map: Vec<u32> = own.iter().map(|word| words.number(word)).collect();
                for (row, number) in numbers.iter().enumerate() {
                    let valid = part.validity.get(row);
                    validity.push(valid);
                    codes.push(if valid { map.get(*number as usize).copied().unwrap_or(0) } else { 0 });
                }
            } else {
                part.texts(|text| {
                    validity.push(text.is_some());
                    codes.push(text.map_or(0, |text| words.number(text)));
                });
            }
            if words.len() > most || category_bytes(&words, self.rows) >= as_text {
                return None;
            }
        }
        Some((words, codes, validity))
    }
}

/// What the column takes as categories.
fn category_bytes(words: &Words, rows: usize) -> u64 {
    let width = match words.len() {
        0..=255 => 1,
        256..=65_535 => 2,
        _ => 4,
    };
    let texts = words.text_bytes();
    (rows * width + words.len() * 16 + texts + enum_map_bytes(words.len(), texts)) as u64
}

/// Smallest and largest value of the rows that hold one.
fn range(values: &[i64], validity: &Validity) -> Option<(i64, i64)> {
    let valid = values.iter().enumerate().filter(|(row, _)| validity.get(*row)).map(|(_, value)| *value);
    valid.fold(None, |range, value| Some(range.map_or((value, value), |(low, high): (i64, i64)| (low.min(value), high.max(value)))))
}

/// Different values, with a bit for each value of the range.
fn count_distinct(values: &[i64], validity: &Validity, range: Option<(i64, i64)>) -> Option<u64> {
    let Some((low, high)) = range else { return Some(0) };
    let span = low.abs_diff(high);
    if span > COUNTED_RANGE {
        return None;
    }
    let mut seen = vec![0u64; span as usize / 64 + 1];
    for (row, value) in values.iter().enumerate() {
        if validity.get(row) {
            let at = low.abs_diff(*value) as usize;
            seen[at / 64] |= 1 << (at % 64);
        }
    }
    Some(seen.iter().map(|bits| u64::from(bits.count_ones())).sum())
}

/// The series, and the bytes that each value takes.
fn narrowest(name: &str, values: Vec<i64>, validity: Validity, range: Option<(i64, i64)>, narrow: bool) -> (Series, usize) {
    let (low, high) = range.unwrap_or((0, 0));
    macro_rules! fit {
        ($($native:ty, $kind:ty, $bytes:expr);*) => {
            $(if narrow && <$native>::try_from(low).is_ok() && <$native>::try_from(high).is_ok() {
                // Rows without a value hold a zero, which may lie outside the type of negative-free ranges but always fits.
                let values = values.iter().map(|value| <$native>::try_from(*value).unwrap_or_default()).collect();
                return (build::numbers::<$kind>(name, values, validity), $bytes);
            })*
        };
    }
    fit!(u8, UInt8Type, 1; i8, Int8Type, 1; u16, UInt16Type, 2; i16, Int16Type, 2; u32, UInt32Type, 4; i32, Int32Type, 4);
    (build::numbers::<Int64Type>(name, values, validity), 8)
}

/// The values in four bytes each, when the shortest digits of every one stay the same.
fn in_four_bytes(values: &[f64]) -> Option<Vec<f32>> {
    const { assert!(SAFE_DIGITS > f32::DIGITS) };
    let same = |value: f64| {
        let small = value as f32;
        (small.to_string().parse() == Ok(value)).then_some(small)
    };
    values.iter().map(|value| same(*value)).collect()
}
