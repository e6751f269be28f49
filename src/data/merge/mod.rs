//! The parts of a column become one series of the smallest type that loses nothing.

mod cells;
mod numbers;
mod reading;
mod survey;
mod tally;
mod text;

use polars::error::PolarsResult;
use polars::prelude::Series;

use super::build;
use super::choice::{Chosen, Reading};
use super::format::{Format, Spelling, Style};
use super::kind::{Kind, NULL_WORDS, Rules};
use super::numeral::DecimalSign;
use super::optimise::Options;
use super::part::{Absent, Part, Values};
use super::peers::{EngineKind, TextTally};
use super::read::{Declared, Source};
use super::reason;
use super::spelled::FloatTally;
use super::steps::{Level, Step, Steps};
use super::validity::Validity;

pub use reading::restyled;
pub use survey::{Found, Known, Start, Survey, piece};
pub use text::{MOST_WORD_BYTES, category_bytes, most_words};

/// Whole numbers up to here keep all digits as decimals: 2^53 - 1.
pub const WHOLE_LIMIT: f64 = 9_007_199_254_740_991.0;

/// How to decide.
#[derive(Clone, Copy, Debug)]
pub struct MergeRules {
    /// How cells were read.
    pub rules: Rules,
    /// How strict to be.
    pub level: Level,
    /// Share of different texts up to which categories are considered.
    pub category_threshold: f64,
    /// What the file says of the column's type.
    pub declared: Declared,
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
    /// A row of the table whose cell is text where the others are not, or the other way round.
    pub mixed: Option<usize>,
    /// The ways in which a column that stayed text could be read, were one chosen.
    pub readings: Vec<Reading>,
    /// What a person should know of it, each with a row of the table if one.
    pub remarks: Vec<(Option<usize>, String)>,
    /// Of typed cells, how many are text, and the row of the first of these.
    pub texts: Option<(usize, usize)>,
}

/// What came out of [`merge`].
#[derive(Debug)]
pub enum Outcome {
    /// The column.
    Done(Box<Merged>),
    /// It has to be read again as text: the parts do not give the texts of all cells.
    AsText,
}

/// Puts the parts of one column together. Texts become numbers or dates where all are written in one style, the chosen one if
/// they could be read in two.
///
/// # Errors
/// When the frame library refuses.
pub fn merge(name: &str, parts: Vec<Part>, rules: &MergeRules, chosen: Chosen) -> PolarsResult<Outcome> {
    let column = Joined::new(name, parts, rules);
    // Where decimals have a comma, a point stands between thousands.
    let with_comma = column.kind == Kind::Float && !rules.rules.typed && chosen.decimal == Some(DecimalSign::Comma);
    match column.kind {
        Kind::Nothing => column.nothing().map(done),
        Kind::Int if column.are_wide_small_floats() => column.floats().map(done),
        Kind::Int => column.ints().map(done),
        Kind::Float if column.keeps_level() && !with_comma => column.floats().map(done),
        Kind::Bool(pair) => column.bools(pair).map(done),
        Kind::Date => column.dates().map(done),
        Kind::Time(style) => column.times(style).map(done),
        Kind::Text | Kind::Float if column.parts.iter().all(Part::spelled_exactly) => column.in_style(chosen).map(done),
        Kind::Text | Kind::Float => Ok(Outcome::AsText),
    }
}

fn done(merged: Merged) -> Outcome {
    Outcome::Done(Box::new(merged))
}

/// The parts of a column and what holds of all of them.
struct Joined<'a> {
    name: &'a str,
    parts: Vec<Part>,
    kind: Kind,
    absent: Absent,
    rows: usize,
    nulls: usize,
    rules: &'a MergeRules,
    /// The style in which the texts were written, of which these values were read.
    style: Style,
    /// Sums over those texts.
    texts: Option<TextTally>,
    /// What holds of the whole column, when these parts are only a piece of it.
    known: Option<&'a Known>,
}

impl MergeRules {
    /// As a person chose, for a column of this source.
    pub fn of(options: &Options, source: &dyn Source, column: usize) -> Self {
        let name = source.header().get(column).map(String::as_str).unwrap_or_default();
        let rules = Rules { steps: options.steps_of(name), typed: source.info().format != "csv" };
        let (level, category_threshold) = (options.level, options.category_threshold);
        Self { rules, level, category_threshold, declared: source.declared(column) }
    }

    /// Whether decimals are stored in four bytes where their digits survive that.
    fn narrows_floats(&self) -> bool {
        self.declared.small_floats || (self.level == Level::Aggressive && self.rules.steps.has(Step::Floats))
    }
}

impl<'a> Joined<'a> {
    fn new(name: &'a str, parts: Vec<Part>, rules: &'a MergeRules) -> Self {
        let absent = parts.iter().try_fold(Absent::default(), |all, part| all.join(part.absent));
        let mut kind = parts.iter().fold(Kind::Nothing, |kind, part| rules.rules.join(kind, part.kind()));
        let fits = |value: &i64| value.unsigned_abs() as f64 <= WHOLE_LIMIT;
        let ints_fit =
            || parts.iter().all(|part| if let Values::Int(values) = &part.values { values.iter().all(fits) } else { true });
        if absent.is_none() || (kind == Kind::Float && !rules.declared.small_floats && !ints_fit()) {
            kind = Kind::Text;
        }
        if let Kind::Time(style) = kind
            && !parts.iter().all(|part| numbers::times_fit(part, style))
        {
            kind = Kind::Text;
        }
        let rows = parts.iter().map(Part::rows).sum();
        let nulls = parts.iter().map(|part| part.validity.nulls()).sum();
        let absent = absent.unwrap_or_default();
        Self { name, parts, kind, absent, rows, nulls, rules, style: Style::Plain, texts: None, known: None }
    }

    fn steps(&self) -> Steps {
        self.rules.rules.steps
    }

    /// The rows that hold a value, part after part.
    fn validity(&self) -> Validity {
        let mut all = Validity::default();
        self.parts.iter().for_each(|part| all.append(&part.validity));
        all
    }

    /// Rows of the whole column, and those without a value.
    fn totals(&self) -> (usize, usize) {
        self.known.map_or((self.rows, self.nulls), |known| (known.survey.rows, known.survey.nulls))
    }

    fn spelled(&self) -> FloatTally {
        if let Some(known) = self.known {
            return known.survey.spelled;
        }
        self.parts.iter().fold(FloatTally::default(), |all, part| match &part.values {
            Values::Float(_, tally) => all.join(*tally),
            Values::Int(values) => {
                all.join(FloatTally::of_ints(values.iter().fold(0, |most, v| most.max(v.unsigned_abs())) as f64))
            }
            _ => all,
        })
    }

    /// At the strictest level a column of decimals must be spelled so that each cell's text comes back.
    fn keeps_level(&self) -> bool {
        self.rules.level != Level::Conservative || self.spelled().spelling().1
    }

    fn each_text(&self, mut each: impl FnMut(Option<&[u8]>)) {
        self.parts.iter().for_each(|part| part.texts(&mut each));
    }

    /// The first row of typed cells that is text where the ones before are not, or the other way round.
    fn mixed_row(&self) -> Option<usize> {
        let (mut start, mut first) = (0, None);
        for part in &self.parts {
            if let Some(blend) = part.blend {
                let other = if *first.get_or_insert(blend.typed) == blend.typed { blend.other_row } else { Some(blend.first_row) };
                if other.is_some() {
                    return other.map(|row| start + row);
                }
            }
            start += part.rows();
        }
        None
    }

    fn texts(&self) -> Option<(usize, usize)> {
        let count = self.parts.iter().filter_map(|part| part.blend).map(|blend| blend.texts).sum();
        let starts = self.parts.iter().scan(0, |end, part| Some(std::mem::replace(end, *end + part.rows())));
        let first = |(part, start): (&Part, usize)| part.blend?.first_text().map(|row| start + row);
        self.parts.iter().zip(starts).find_map(first).map(|first| (count, first))
    }

    /// Takes the values out of each part; those of a part without values are zeros.
    fn take<T: Clone + Default>(&mut self, read: impl Fn(Values) -> Option<Vec<T>>) -> Vec<Vec<T>> {
        let take = |part: &mut Part| {
            let values = std::mem::replace(&mut part.values, Values::Nothing);
            read(values).unwrap_or_else(|| vec![T::default(); part.rows()])
        };
        self.parts.iter_mut().map(take).collect()
    }

    fn nothing(self) -> PolarsResult<Merged> {
        let word = self.absent.word.and_then(|word| NULL_WORDS.get(usize::from(word)));
        let reason = word.map_or_else(|| "empty in every row".to_owned(), |word| format!("“{word}” in every row"));
        if !self.steps().has(Step::Nulls) {
            return self.text();
        }
        let series = build::nothing(self.name, self.rows);
        let mut merged = self.merged(series, Spelling::Text, Some(Step::Nulls), reason, &self.tally());
        merged.unique = Some(0);
        Ok(merged)
    }

    fn merged(&self, series: Series, spelling: Spelling, step: Option<Step>, reason: String, tally: &TextTally) -> Merged {
        let reason = reason::in_style(reason, self.style);
        let (rows, nulls) = self.totals();
        let blank = if self.absent.word.is_some() { 0 } else { nulls };
        let engine = if self.rules.rules.typed && self.texts.is_none() { self.typed_engine() } else { tally.engine };
        Merged {
            series,
            format: Format { spelling, null: self.absent.word, style: self.style },
            step,
            reason,
            nulls,
            unique: None,
            engine,
            engine_bytes: engine.bytes(rows, blank, tally.long_bytes),
            pandas_bytes: tally.pandas_bytes(rows, blank),
            mixed: self.mixed_row(),
            readings: Vec::new(),
            remarks: Vec::new(),
            texts: self.texts(),
        }
    }
}
