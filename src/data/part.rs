//! One column of one batch in the most special kind that holds it.

use super::cells::{Blend, Column};
use super::date::{TimeStyle, parse_date, parse_time};
use super::format::{Format, Spelling, Value};
use super::kind::{Kind, Rules, bool_word, null_word};
use super::narrow::{Range, widened};
use super::number::{parse_decimal, parse_int};
use super::spelled::FloatTally;
use super::validity::Validity;
use super::words::Words;

/// Distinct texts of a batch up to which repeating is always looked for.
const FEW_WORDS: usize = 4_096;

/// Values of a batch in one kind; absent ones hold a zero.
#[derive(Debug)]
pub enum Values {
    /// No value at all.
    Nothing,
    /// Whole numbers.
    Int(Vec<i64>),
    /// Decimal numbers.
    Float(Vec<f64>, FloatTally),
    /// Yes or no, in the words of a pair.
    Bool(Vec<bool>, u8),
    /// Days since 1970-01-01.
    Date(Vec<i32>),
    /// Moments in one spelling.
    Time(Vec<i64>, TimeStyle),
    /// Repeated texts.
    Words(Vec<u32>, Words),
    /// Texts one after the other, and where each ends.
    Text(Vec<u8>, Vec<u32>),
}

/// What stood where there was no value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Absent {
    /// Blank cells.
    pub blank: bool,
    /// A null word.
    pub word: Option<u8>,
}

impl Absent {
    /// Both findings, unless they contradict each other: then the words are texts, not absent values.
    pub fn join(self, other: Self) -> Option<Self> {
        let word = match (self.word, other.word) {
            (Some(a), Some(b)) if a != b => return None,
            (a, b) => a.or(b),
        };
        let blank = self.blank || other.blank;
        (!blank || word.is_none()).then_some(Self { blank, word })
    }
}

/// One column of one batch.
#[derive(Debug)]
pub struct Part {
    /// Its values.
    pub values: Values,
    /// Which rows hold one.
    pub validity: Validity,
    /// What stands in the others.
    pub absent: Absent,
    /// In a source of typed cells, whether they are text.
    pub blend: Option<Blend>,
    typed: bool,
}

impl Part {
    /// Reads a column, starting from what is known of it. The result holds every cell.
    pub fn build(column: Column<'_>, known: Kind, rules: &Rules) -> Self {
        let mut kind = known;
        loop {
            match Builder::new(column, rules).attempt(kind) {
                Ok(part) => return part,
                Err(cell) => {
                    let wider = rules.join(kind, rules.classify(cell));
                    kind = if wider == kind { Kind::Text } else { wider };
                }
            }
        }
    }

    /// A part of which each row holds one of these texts.
    pub fn of_words(words: Words, typed: bool) -> Self {
        let (mut validity, codes) = (Validity::default(), (0..words.len() as u32).collect());
        (0..words.len()).for_each(|_| validity.push(true));
        Self { values: Values::Words(codes, words), validity, absent: Absent::default(), blend: None, typed }
    }

    /// The kind that was found.
    pub fn kind(&self) -> Kind {
        match &self.values {
            Values::Nothing => Kind::Nothing,
            Values::Int(_) => Kind::Int,
            Values::Float(..) => Kind::Float,
            Values::Bool(_, pair) => Kind::Bool(*pair),
            Values::Date(_) => Kind::Date,
            Values::Time(_, style) => Kind::Time(*style),
            Values::Words(..) | Values::Text(..) => Kind::Text,
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.validity.len()
    }

    /// The same rows with values that were read from its texts.
    pub fn with(&self, values: Values, validity: Validity, absent: Absent) -> Self {
        Self { values, validity, absent, blend: self.blend, typed: self.typed }
    }

    /// Whether [`Part::texts`] gives the source's text of every cell.
    pub fn spelled_exactly(&self) -> bool {
        if let Values::Float(_, tally) = &self.values { tally.spelling().1 } else { true }
    }

    /// Calls `each` with the text of every row, `None` where the source had none.
    pub fn texts(&self, mut each: impl FnMut(Option<&[u8]>)) {
        let format = Format { spelling: self.spelling(), null: self.absent.word, ..Format::default() };
        let mut out = Vec::new();
        for row in 0..self.rows() {
            out.clear();
            let valid = self.validity.get(row);
            let present = match (&self.values, valid) {
                (Values::Words(codes, words), true) => {
                    each(Some(words.get(codes.get(row).copied().unwrap_or(0))));
                    continue;
                }
                (Values::Text(bytes, ends), true) => {
                    each(Some(text_at(bytes, ends, row)));
                    continue;
                }
                _ => format.write(&mut out, valid.then(|| self.value(row)).flatten()),
            };
            each(present.then_some(&out));
        }
    }

    /// Smallest and largest of the part's values, each as `whole` gives it, over the rows that hold one.
    pub fn range<T: Copy>(&self, values: &[T], whole: impl Fn(T) -> i64) -> Range {
        let valid = values.iter().enumerate().filter(|(row, _)| self.validity.get(*row)).map(|(_, value)| whole(*value));
        valid.fold(None, widened)
    }

    fn spelling(&self) -> Spelling {
        match &self.values {
            Values::Int(_) => Spelling::Int { zeros: 0 },
            Values::Float(_, tally) => tally.spelling().0,
            Values::Bool(_, pair) => Spelling::Bool(*pair),
            Values::Date(_) => Spelling::Date,
            Values::Time(_, style) => Spelling::Time { style: *style, short: self.typed },
            Values::Nothing | Values::Words(..) | Values::Text(..) => Spelling::Text,
        }
    }

    fn value(&self, row: usize) -> Option<Value<'_>> {
        match &self.values {
            Values::Int(values) | Values::Time(values, _) => values.get(row).map(|v| Value::Int(*v)),
            Values::Float(values, _) => values.get(row).map(|v| Value::Float(*v)),
            Values::Bool(values, _) => values.get(row).map(|v| Value::Bool(*v)),
            Values::Date(values) => values.get(row).map(|v| Value::Int(i64::from(*v))),
            Values::Nothing | Values::Words(..) | Values::Text(..) => None,
        }
    }
}

/// The text of one row of [`Values::Text`].
pub fn text_at<'a>(bytes: &'a [u8], ends: &[u32], row: usize) -> &'a [u8] {
    let start = row.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| *end as usize);
    ends.get(row).and_then(|end| bytes.get(start..*end as usize)).unwrap_or_default()
}

/// Tries one kind on a column.
struct Builder<'a, 'r> {
    column: Column<'a>,
    rules: &'r Rules,
    validity: Validity,
    absent: Absent,
}

impl<'a, 'r> Builder<'a, 'r> {
    fn new(column: Column<'a>, rules: &'r Rules) -> Self {
        Self { column, rules, validity: Validity::default(), absent: Absent::default() }
    }

    /// The part, or the first cell that is not of this kind.
    fn attempt(mut self, kind: Kind) -> Result<Part, &'a [u8]> {
        let values = match kind {
            Kind::Nothing => self.values(|_| None::<()>).map(|_| Values::Nothing)?,
            Kind::Int => Values::Int(self.values(parse_int)?),
            Kind::Float => {
                let mut tally = FloatTally::default();
                let read = |text: &[u8]| {
                    let number = parse_decimal(text)?;
                    tally.add(text, number);
                    Some(number.value)
                };
                let values = self.values(read)?;
                Values::Float(values, tally)
            }
            Kind::Bool(pair) => {
                Values::Bool(self.values(|text| bool_word(text).filter(|(at, _)| *at == pair).map(|(_, yes)| yes))?, pair)
            }
            Kind::Date => Values::Date(self.values(parse_date)?),
            Kind::Time(style) => {
                let typed = self.rules.typed;
                Values::Time(self.values(|text| read_time(text, style, typed))?, style)
            }
            Kind::Text => self.text(),
        };
        let blend = if self.rules.typed { self.column.blend() } else { None };
        Ok(Part { values, validity: self.validity, absent: self.absent, blend, typed: self.rules.typed })
    }

    /// Reads every cell; a cell that `read` refuses is an absent value when it is a null word, and ends the attempt otherwise.
    #[inline]
    fn values<T: Copy + Default>(&mut self, mut read: impl FnMut(&[u8]) -> Option<T>) -> Result<Vec<T>, &'a [u8]> {
        let mut values = Vec::with_capacity(self.column.len());
        for cell in self.column.iter() {
            let value = match cell {
                Some(text) => match read(text) {
                    Some(value) => Some(value),
                    None => {
                        self.note(Absent { blank: false, word: Some(null_word(text).ok_or(text)?) }).ok_or(text)?;
                        None
                    }
                },
                None => {
                    self.note(Absent { blank: true, word: None }).ok_or(&b""[..])?;
                    None
                }
            };
            values.push(value.unwrap_or_default());
            self.validity.push(value.is_some());
        }
        Ok(values)
    }

    fn note(&mut self, absent: Absent) -> Option<()> {
        if self.absent != absent {
            self.absent = self.absent.join(absent)?;
        }
        Some(())
    }

    /// Texts, stored once each while they repeat.
    fn text(&mut self) -> Values {
        let (mut words, mut codes) = (Words::default(), Vec::with_capacity(self.column.len()));
        let mut cells = self.column.iter();
        for cell in cells.by_ref() {
            self.validity.push(cell.is_some());
            codes.push(cell.map_or(0, |text| words.number(text)));
            if words.len() > FEW_WORDS && words.len() * 2 > codes.len() {
                break;
            }
        }
        self.absent.blank |= self.validity.nulls() > 0;
        if codes.len() == self.column.len() {
            return Values::Words(codes, words);
        }
        let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(self.column.len()));
        for (row, code) in codes.into_iter().enumerate() {
            if self.validity.get(row) {
                bytes.extend_from_slice(words.get(code));
            }
            ends.push(bytes.len() as u32);
        }
        for cell in cells {
            self.validity.push(cell.is_some());
            bytes.extend_from_slice(cell.unwrap_or_default());
            ends.push(bytes.len() as u32);
        }
        self.absent.blank |= self.validity.nulls() > 0;
        Values::Text(bytes, ends)
    }
}

/// A moment in the column's style; among typed cells what is zero is left out, and only then.
fn read_time(text: &[u8], style: TimeStyle, typed: bool) -> Option<i64> {
    let per_second = style.per_second();
    let Some((value, found)) = parse_time(text) else {
        let days = if typed { parse_date(text)? } else { return None };
        return i64::from(days).checked_mul(86_400 * per_second);
    };
    if !typed {
        return (found == style).then_some(value);
    }
    let value = value.checked_mul(per_second / found.per_second().min(per_second))?;
    let fraction = if value % per_second == 0 { 0 } else { style.fraction };
    (value % (86_400 * per_second) != 0 && found == TimeStyle { fraction, ..style }).then_some(value)
}
