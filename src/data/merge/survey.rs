//! What holds of a whole column, gathered part by part without keeping its values, so that later each part by itself can be made
//! into a piece of the column's final type.

use std::sync::Arc;

use polars::error::PolarsResult;
use polars::prelude::{DataType, FrozenCategories, Series};

use super::reading::{Decision, Search, is_allowed, restyled};
use super::{Joined, MergeRules, Merged, WHOLE_LIMIT, text};
use crate::data::build;
use crate::data::choice::{Chosen, Reading};
use crate::data::date::TimeStyle;
use crate::data::format::Style;
use crate::data::heap::{nothing_bytes, validity_bytes};
use crate::data::kind::{Kind, Rules, null_word};
use crate::data::narrow::{Range, spanning};
use crate::data::numeral::DecimalSign;
use crate::data::part::{Absent, Part, Values};
use crate::data::peers::{EngineKind, TextTally};
use crate::data::reason::{self, KeptText};
use crate::data::spelled::FloatTally;
use crate::data::steps::{Level, Step};
use crate::data::words::Words;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Findings about a column, or about a part of it.
#[derive(Debug)]
pub struct Survey {
    pub(super) kind: Kind,
    /// Nothing when parts contradict each other: then the column is text.
    absent: Option<Absent>,
    pub(super) rows: usize,
    pub(super) nulls: usize,
    pub(super) spelled: FloatTally,
    /// Smallest and largest whole number, or second since 1970.
    range: Range,
    /// All whole numbers keep their digits as decimals.
    ints_fit: bool,
    /// A yes, and a no, was seen.
    pub(super) seen: (bool, bool),
    /// The greatest relative error of decimals in four bytes, when all keep their digits there.
    pub(super) small_error: Option<f64>,
    /// No moment has a time of day, and days are to be made of them then.
    pub(super) midnight: bool,
    pub(super) tally: TextTally,
    /// Some part was not looked at as text.
    not_as_text: bool,
    /// Of some part of numbers only the kind went into the tally, not its texts.
    kinds_only: bool,
    texts: Texts,
    /// What the texts have in common.
    search: Option<Search>,
}

/// The different texts of a column.
#[derive(Debug)]
enum Texts {
    /// All of them so far.
    All(Words),
    /// They are not gathered any more.
    TooMany,
}

impl Survey {
    /// Of no rows, in a column that is read from this kind on.
    pub fn empty(kind: Kind) -> Self {
        Self {
            kind,
            absent: Some(Absent::default()),
            rows: 0,
            nulls: 0,
            spelled: FloatTally::default(),
            range: None,
            ints_fit: true,
            seen: (false, false),
            small_error: Some(0.0),
            midnight: true,
            tally: TextTally::default(),
            not_as_text: false,
            kinds_only: false,
            texts: Texts::All(Words::default()),
            search: Some(Search::new(true)),
        }
    }

    /// Of a part whose texts are not of the style that was found.
    pub fn contradiction() -> Self {
        Self { absent: None, ..Self::empty(Kind::Text) }
    }

    /// Looks at one part of a column.
    pub fn of(part: Part, rules: &MergeRules) -> Self {
        let kind = part.kind();
        let is_blank = kind == Kind::Nothing && part.absent.word.is_none();
        let not_as_text = kind != Kind::Text && !is_blank;
        let is_text = matches!(kind, Kind::Text | Kind::Nothing);
        let search = if is_text { Search::of(&part, rules.rules.steps.has(Step::Dates)) } else { None };
        let joined = Joined::new("", vec![part], rules);
        let mut survey = Self {
            absent: Some(joined.absent),
            rows: joined.rows,
            nulls: joined.nulls,
            spelled: joined.spelled(),
            tally: if kind == Kind::Text { TextTally::default() } else { joined.tally() },
            not_as_text,
            search,
            ..Self::empty(kind)
        };
        survey.kinds_only =
            matches!(kind, Kind::Int | Kind::Float) && survey.tally.engine != EngineKind::String && survey.rows > survey.nulls;
        joined.parts.into_iter().for_each(|part| survey.look_at_values(part, rules));
        survey
    }

    fn look_at_values(&mut self, part: Part, rules: &MergeRules) {
        match &part.values {
            Values::Int(values) => {
                self.range = part.range(values, |value| value);
                self.ints_fit = values.iter().all(|value| value.unsigned_abs() as f64 <= WHOLE_LIMIT);
            }
            Values::Float(values, tally) => {
                if tally.whole {
                    self.range = part.range(values, |value| value as i64);
                }
                self.small_error = rules.narrows_floats().then(|| super::numbers::error_in_four_bytes(values)).flatten();
            }
            Values::Bool(values, _) => {
                let seen = |wanted: bool| values.iter().enumerate().any(|(row, yes)| *yes == wanted && part.validity.get(row));
                self.seen = (seen(true), seen(false));
            }
            Values::Date(days) => self.range = part.range(days, |day| i64::from(day) * DAY),
            Values::Time(moments, style) => {
                self.range = part.range(moments, |moment| moment.div_euclid(style.per_second()));
                let to_days = rules.level == Level::Aggressive && !rules.rules.typed;
                self.midnight = to_days && moments.iter().all(|moment| moment % (DAY * style.per_second()) == 0);
            }
            Values::Nothing => {}
            Values::Words(..) | Values::Text(..) => self.look_at_texts(part),
        }
    }

    fn look_at_texts(&mut self, part: Part) {
        let Values::Words(codes, words) = part.values else {
            let mut words = Words::default();
            part.texts(|text| {
                if let Some(text) = text {
                    self.tally.add(text, 1);
                    words.number(text);
                }
            });
            self.texts = Texts::All(words);
            return;
        };
        let mut counts = vec![0u64; words.len()];
        for (row, code) in codes.iter().enumerate() {
            if let (true, Some(count)) = (part.validity.get(row), counts.get_mut(*code as usize)) {
                *count += 1;
            }
        }
        words.iter().zip(&counts).filter(|(_, count)| **count > 0).for_each(|(word, count)| self.tally.add(word, *count));
        self.texts = Texts::All(words);
    }

    /// Adds what holds of the next part.
    pub fn join(&mut self, next: Self, rules: &Rules) {
        self.kind = rules.join(self.kind, next.kind);
        self.absent = self.absent.zip(next.absent).and_then(|(a, b)| a.join(b));
        self.rows += next.rows;
        self.nulls += next.nulls;
        self.spelled = self.spelled.join(next.spelled);
        self.range = spanning(self.range, next.range);
        self.seen = (self.seen.0 | next.seen.0, self.seen.1 | next.seen.1);
        self.small_error = self.small_error.zip(next.small_error).map(|(one, other)| one.max(other));
        self.midnight &= next.midnight;
        self.search = self.search.take().zip(next.search).and_then(|(one, other)| one.join(other));
        self.ints_fit &= next.ints_fit;
        self.tally.join(&next.tally);
        self.not_as_text |= next.not_as_text;
        self.kinds_only |= next.kinds_only;
        self.join_texts(next.texts);
    }

    fn join_texts(&mut self, next: Texts) {
        let (Texts::All(words), Texts::All(more)) = (&mut self.texts, next) else {
            self.texts = Texts::TooMany;
            return;
        };
        if words.len() == 0 {
            *words = more;
        } else {
            for word in more.iter() {
                words.number(word);
            }
        }
    }

    /// Bytes that the list of different texts takes.
    pub fn held_bytes(&self) -> usize {
        if let Texts::All(words) = &self.texts { words.held_bytes() } else { 0 }
    }

    /// Whether most texts differ so far, so that gathering them is likely in vain.
    pub fn mostly_differs(&self, rules: &MergeRules) -> bool {
        matches!(&self.texts, Texts::All(words) if words.len() > text::most_words(self.rows - self.nulls, rules))
    }

    /// Gives up gathering different texts: the column stays text.
    pub fn forget_texts(&mut self) {
        self.texts = Texts::TooMany;
    }

    /// What is known once all parts were looked at.
    ///
    /// # Errors
    /// When the frame library refuses the categories.
    pub fn finish(mut self, rules: &MergeRules, chosen: Chosen) -> PolarsResult<Found> {
        let keeps_level = rules.level != Level::Conservative || self.spelled.spelling().1;
        let with_comma = !rules.rules.typed && chosen.decimal == Some(DecimalSign::Comma);
        let is_text = match self.kind {
            Kind::Float => !keeps_level || !(self.ints_fit || rules.declared.small_floats) || with_comma,
            Kind::Nothing => !rules.rules.steps.has(Step::Nulls),
            Kind::Time(style) => !self.times_fit(style),
            _ => false,
        };
        if is_text || self.absent.is_none() {
            self.kind = Kind::Text;
        }
        if self.kind != Kind::Text {
            let lacks_texts = self.kinds_only && self.tally.engine == EngineKind::String;
            let known = Known::new(self);
            return Ok(if lacks_texts { Found::LacksTexts(known) } else { Found::Known(known) });
        }
        if self.not_as_text {
            return Ok(Found::AsText);
        }
        let decision = self.search.as_ref().map_or(Decision::Text, |search| search.decide(chosen));
        let (readings, remark) = match decision {
            Decision::Style(style) => {
                let time = self.search.as_ref().and_then(Search::time);
                if let Some(values) = self.in_style(style, time, rules) {
                    return values.finish_in_style(self, style, time, rules).map(Found::Known);
                }
                return Ok(Found::AsStyle { texts: Box::new(self), style, time });
            }
            Decision::Open(readings) => {
                let remark = self.search.as_ref().map(|search| search.remark(&readings));
                (readings, remark)
            }
            Decision::Refused(choice) => (Vec::new(), Some(reason::refused(choice, None))),
            Decision::Text => (Vec::new(), chosen.own.map(|choice| reason::refused(choice, None))),
        };
        let known = self.finish_as_text(rules)?;
        Ok(Found::Known(Known { readings, remark, ..known }))
    }

    /// Whether all moments are within 64 bits in the units of a style.
    fn times_fit(&self, style: TimeStyle) -> bool {
        let fits = |seconds: i64| seconds.checked_mul(style.per_second()).is_some();
        // A fraction of a second may follow the last one.
        self.range.is_none_or(|(low, high)| fits(low) && high.checked_add(1).is_some_and(fits))
    }

    /// What the texts say in a style, found of the different ones, where all of these are there. `None` where the texts have to be looked
    /// at: rows that hold a word for an absent value were not counted.
    fn in_style(&mut self, style: Style, time: Option<TimeStyle>, rules: &MergeRules) -> Option<Self> {
        let Texts::All(words) = &mut self.texts else { return None };
        if words.iter().any(|word| null_word(word).is_some()) {
            return None;
        }
        // Lent, not copied: they may take as much as the memory allows.
        let texts = Part::of_words(std::mem::take(words), rules.rules.typed);
        let values = restyled(&texts, style, time).map_or_else(Self::contradiction, |part| Self::of(part, rules));
        if let Values::Words(_, lent) = texts.values {
            *words = lent;
        }
        let absent = values.absent.zip(self.absent).and_then(|(a, b)| a.join(b));
        Some(Self { rows: self.rows, nulls: self.nulls, absent, ..values })
    }

    /// The same of texts that were read in a style: `self` has their values. Where some text cannot be made again, they stay texts.
    ///
    /// # Errors
    /// When the frame library refuses the categories.
    pub fn finish_in_style(self, texts: Self, style: Style, time: Option<TimeStyle>, rules: &MergeRules) -> PolarsResult<Known> {
        let fits = self.absent.is_some() && (self.kind != Kind::Float || self.ints_fit);
        if !fits || !is_allowed(self.kind, self.spelled, rules) {
            return texts.finish_as_text(rules);
        }
        let mut tally = texts.tally;
        if rules.rules.typed {
            tally.keep_text();
        }
        Ok(Known { style, time, ..Known::new(Self { tally, ..self }) })
    }

    fn finish_as_text(mut self, rules: &MergeRules) -> PolarsResult<Known> {
        let categories = self.categories(rules)?;
        let absent = Absent { word: None, ..self.absent.unwrap_or_default() };
        Ok(Known { absent, categories, ..Known::new(self) })
    }

    /// The texts numbered, where that takes less memory than the texts and there are few enough of them.
    fn categories(&mut self, rules: &MergeRules) -> PolarsResult<Result<Categories, KeptText>> {
        let values = self.rows - self.nulls;
        if values == 0 {
            return Ok(Err(KeptText::Nothing));
        }
        if !rules.rules.steps.has(Step::Categories) {
            return Ok(Err(KeptText::SwitchedOff));
        }
        let Texts::All(words) = std::mem::replace(&mut self.texts, Texts::TooMany) else { return Ok(Err(KeptText::MemoryLimit)) };
        if words.len() == values && values > 1 {
            return Ok(Err(KeptText::AllDifferent));
        }
        if words.len() > text::most_words(values, rules) || words.text_bytes() > text::MOST_WORD_BYTES {
            return Ok(Err(KeptText::MostlyDifferent));
        }
        if text::category_bytes(&words, self.rows) >= self.rows as u64 * 16 + self.tally.long_bytes {
            return Ok(Err(KeptText::NoGain));
        }
        let frozen = build::frozen(&words)?;
        Ok(Ok(Categories { words, frozen }))
    }
}

/// What came out of [`Survey::finish`].
#[derive(Debug)]
pub enum Found {
    /// All that has to be known.
    Known(Known),
    /// The same, but what the column takes elsewhere depends on its texts, which have to be looked at: [`Known::weigh`].
    LacksTexts(Known),
    /// The column is text and has to be looked at as such.
    AsText,
    /// All texts are numbers or dates in one style and have to be looked at as such: [`Survey::finish_in_style`].
    AsStyle {
        /// What holds of the texts.
        texts: Box<Survey>,
        /// The style.
        style: Style,
        /// How the time of day is written in it.
        time: Option<TimeStyle>,
    },
}

/// As what the parts of a column are looked at.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    /// As this kind, or a wider one.
    Kind(Kind),
    /// As texts in this style, and time of day.
    Style(Style, Option<TimeStyle>),
}

/// All that has to be known of a column to make any part of it into a piece of the final column.
#[derive(Debug)]
pub struct Known {
    /// What was found.
    pub(super) survey: Survey,
    pub(super) absent: Absent,
    pub(super) categories: Result<Categories, KeptText>,
    style: Style,
    time: Option<TimeStyle>,
    readings: Vec<Reading>,
    remark: Option<String>,
}

/// The different texts of a column, numbered for good.
#[derive(Debug)]
pub struct Categories {
    /// In the order of their numbers.
    pub words: Words,
    /// The same as the frame library has it.
    pub frozen: Arc<FrozenCategories>,
}

impl Known {
    fn new(survey: Survey) -> Self {
        Self {
            absent: survey.absent.unwrap_or_default(),
            survey,
            categories: Err(KeptText::Nothing),
            style: Style::Plain,
            time: None,
            readings: Vec::new(),
            remark: None,
        }
    }

    /// Takes over what the column's texts take elsewhere.
    pub fn weigh(&mut self, texts: &Survey) {
        self.survey.tally = texts.tally;
    }

    /// The kind from which each part is read.
    pub fn kind(&self) -> Kind {
        if self.style == Style::Plain { self.survey.kind } else { Kind::Text }
    }

    /// Smallest and largest value in the units of the finished column.
    pub(super) fn range(&self) -> Range {
        let (low, high) = self.survey.range?;
        Some(match self.survey.kind {
            Kind::Date => (low / DAY, high / DAY),
            Kind::Time(_) if self.survey.midnight => (low / DAY, high / DAY),
            Kind::Time(style) => (low.saturating_mul(style.per_second()), high.saturating_mul(style.per_second())),
            _ => (low, high),
        })
    }

    /// What a finished column of this type takes in memory; its pieces have the type of `series`.
    pub fn heap_bytes(&self, series: &Series) -> u64 {
        let rows = self.survey.rows;
        let values = match series.dtype() {
            DataType::Null => return nothing_bytes(rows) as u64,
            DataType::Boolean => rows.div_ceil(8),
            DataType::String => rows * 16 + self.survey.tally.long_bytes as usize,
            DataType::Enum(..) => self.categories.as_ref().map_or(0, |found| text::category_bytes(&found.words, rows) as usize),
            DataType::Int8 | DataType::UInt8 => rows,
            DataType::Int16 | DataType::UInt16 => rows * 2,
            DataType::Int32 | DataType::UInt32 | DataType::Float32 | DataType::Date => rows * 4,
            _ => rows * 8,
        };
        (values + validity_bytes(rows, self.survey.nulls > 0)) as u64
    }
}

/// Makes a part of a column into a piece of the final column; without a part, an empty piece that tells what is known of the whole.
/// `None` when the part is not of the kind that was found: then the file is another than before.
///
/// # Errors
/// When the frame library refuses.
pub fn piece(name: &str, part: Option<Part>, rules: &MergeRules, known: &Known) -> PolarsResult<Option<Merged>> {
    let (kind, absent) = (known.survey.kind, known.absent);
    let part = match part {
        Some(part) if known.style != Style::Plain => match restyled(&part, known.style, known.time) {
            Some(part) => Some(part),
            None => return Ok(None),
        },
        part => part,
    };
    let fits = |part: &Part| rules.rules.join(kind, part.kind()) == kind && absent.join(part.absent) == Some(absent);
    if part.as_ref().is_some_and(|part| !fits(part)) {
        return Ok(None);
    }
    let texts = (known.style != Style::Plain).then_some(known.survey.tally);
    let base = Joined::new(name, part.into_iter().collect(), rules);
    let column = Joined { kind, absent, style: known.style, texts, known: Some(known), ..base };
    let mut merged = match column.kind {
        Kind::Nothing => column.nothing(),
        Kind::Int if column.are_wide_small_floats() => column.floats(),
        Kind::Int => column.ints(),
        Kind::Float => column.floats(),
        Kind::Bool(pair) => column.bools(pair),
        Kind::Date => column.dates(),
        Kind::Time(style) => column.times(style),
        Kind::Text => column.text(),
    }?;
    merged.readings.clone_from(&known.readings);
    merged.remarks.extend(known.remark.iter().map(|remark| (None, remark.clone())));
    Ok(Some(merged))
}
