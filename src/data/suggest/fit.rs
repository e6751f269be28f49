//! What a column of other cells would take: the decisions of reading and merging, without making the column.

use std::ops::ControlFlow;

use crate::data::format::Spelling;
use crate::data::heap::{nothing_bytes, validity_bytes};
use crate::data::kind::{Kind, Rules, null_word};
use crate::data::merge::{MOST_WORD_BYTES, MergeRules, WHOLE_LIMIT, category_bytes, most_words};
use crate::data::narrow::{Range, narrowest, widened};
use crate::data::number::{parse_decimal, parse_int};
use crate::data::part::Absent;
use crate::data::small::survives;
use crate::data::spelled::FloatTally;
use crate::data::steps::{Level, Step};
use crate::data::table::Stored;
use crate::data::type_title;
use crate::data::words::Words;

/// Takes a text, `None` for an absent value, and the number of rows that it stands in; says whether to go on.
pub type Each<'e> = dyn FnMut(Option<&[u8]>, u64) -> ControlFlow<()> + 'e;

/// Calls [`Each`] with all cells of a column; the same ones each time.
pub type Walk<'w> = dyn Fn(&mut Each<'_>) + 'w;

/// The type that a column of these cells gets, and its bytes.
pub fn fit(rows: usize, walk: &Walk<'_>, rules: &MergeRules) -> Stored {
    special(rows, walk, rules).unwrap_or_else(|| as_text(rows, walk, rules))
}

/// The same unless that is text, which is found out at the first cell that is neither number nor date nor one of two words.
pub fn special(rows: usize, walk: &Walk<'_>, rules: &MergeRules) -> Option<Stored> {
    let mut seen = Seen::default();
    let mut fits = true;
    walk(&mut |text, times| {
        fits = seen.add(text, times, &rules.rules).is_some();
        if fits { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    if fits { seen.stored(rows, rules) } else { None }
}

/// What text takes, as it is or as categories.
pub fn as_text(rows: usize, walk: &Walk<'_>, rules: &MergeRules) -> Stored {
    let (mut absent, mut long, mut words) = (0, 0, rules.rules.steps.has(Step::Categories).then(Words::default));
    walk(&mut |text, times| {
        let Some(text) = text else {
            absent += times;
            return ControlFlow::Continue(());
        };
        long += if text.len() > 12 { text.len() as u64 * times } else { 0 };
        if let Some(numbered) = &mut words {
            numbered.number(text);
            if numbered.len() > most_words(rows, rules) || numbered.text_bytes() > MOST_WORD_BYTES {
                words = None;
            }
        }
        ControlFlow::Continue(())
    });
    let (values, plain) = (rows - absent as usize, rows as u64 * 16 + long);
    let fits = |words: &Words| values > 0 && words.len() <= most_words(values, rules) && category_bytes(words, rows) < plain;
    let words = words.filter(fits);
    let (kind, bytes) = words.map_or(("String".into(), plain), |words| {
        (format!("Enum({})", crate::data::reason::grouped(words.len() as i128)), category_bytes(&words, rows))
    });
    Stored { kind, bytes: bytes + validity_bytes(rows, absent > 0) as u64 }
}

/// The type of whole numbers of a range, and the bytes of a number.
pub fn whole(range: Range, narrow: bool) -> (&'static str, usize) {
    if !narrow {
        return ("Int64", 8);
    }
    let (kind, bytes) = narrowest(range);
    (type_title(&kind), bytes)
}

/// What cells were so far, as long as they are not text.
struct Seen {
    kind: Kind,
    absent: Absent,
    nulls: u64,
    /// Of whole numbers, and of decimals as long as they are whole.
    range: Range,
    /// Largest distance from zero of the whole numbers.
    ints: Option<f64>,
    floats: FloatTally,
    /// All keep their digits in four bytes.
    small: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            kind: Kind::default(),
            absent: Absent::default(),
            nulls: 0,
            range: None,
            ints: None,
            floats: FloatTally::default(),
            small: true,
        }
    }
}

impl Seen {
    /// Notes a cell; `None` when it makes text of the column.
    fn add(&mut self, text: Option<&[u8]>, times: u64, rules: &Rules) -> Option<()> {
        let found = text.map(|text| rules.classify(text));
        let Some((text, found)) = text.zip(found).filter(|(_, found)| *found != Kind::Text) else {
            let word = text.map(|text| null_word(text).ok_or(())).transpose().ok()?;
            self.nulls += times;
            self.absent = self.absent.join(Absent { blank: text.is_none(), word })?;
            return Some(());
        };
        self.kind = rules.join(self.kind, found);
        match found {
            Kind::Int => self.add_int(parse_int(text)?),
            Kind::Float => self.add_float(text)?,
            _ => {}
        }
        (self.kind != Kind::Text).then_some(())
    }

    fn add_int(&mut self, value: i64) {
        self.range = widened(self.range, value);
        self.ints = Some(self.ints.unwrap_or(0.0).max(value.unsigned_abs() as f64));
        self.small = self.small && survives(value as f64);
    }

    fn add_float(&mut self, text: &[u8]) -> Option<()> {
        let number = parse_decimal(text)?;
        self.floats.add(text, number);
        self.range = widened(self.range, number.value as i64);
        self.small = self.small && survives(number.value);
        Some(())
    }

    fn stored(&self, rows: usize, rules: &MergeRules) -> Option<Stored> {
        let narrow = rules.rules.steps.has(Step::Integers);
        let each = |(kind, bytes)| (kind, bytes * rows);
        let (kind, bytes) = match self.kind {
            Kind::Nothing if rules.rules.steps.has(Step::Nulls) => return Some(stored("Null", nothing_bytes(rows) as u64)),
            Kind::Nothing | Kind::Text => return None,
            Kind::Int => each(whole(self.range, narrow)),
            Kind::Float => each(self.decimals(rules)?),
            Kind::Bool(_) => ("Boolean", rows.div_ceil(8)),
            Kind::Date => each(("Date", 4)),
            Kind::Time(_) => each(("Datetime", 8)),
        };
        Some(stored(kind, (bytes + validity_bytes(rows, self.nulls > 0)) as u64))
    }

    /// The type of decimals, and the bytes of one.
    fn decimals(&self, rules: &MergeRules) -> Option<(&'static str, usize)> {
        if self.ints.is_some_and(|ints| ints > WHOLE_LIMIT) {
            return None;
        }
        let spelled = self.ints.map_or(self.floats, |ints| self.floats.join(FloatTally::of_ints(ints)));
        let (spelling, exact) = spelled.spelling();
        let is_whole = matches!(spelling, Spelling::Fixed(_)) && exact && spelled.whole && spelled.max_abs <= WHOLE_LIMIT;
        if !exact && rules.level == Level::Conservative {
            None
        } else if is_whole && rules.rules.steps.has(Step::Integers) {
            Some(whole(self.range, true))
        } else if self.small && rules.level == Level::Aggressive && rules.rules.steps.has(Step::Floats) {
            Some(("Float32", 4))
        } else {
            Some(("Float64", 8))
        }
    }
}

fn stored(kind: &str, bytes: u64) -> Stored {
    Stored { kind: kind.into(), bytes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::read::Declared;
    use crate::data::steps::Steps;

    #[test]
    fn what_the_file_stores_once_stays_so_as_in_merging() {
        // 300 long texts in 2,000 rows: more than the share up to which others are numbered.
        let words: Vec<String> = (0..300).map(|number| format!("{number:0100}")).collect();
        let walk = |each: &mut Each<'_>| {
            let _ = (0..2_000).try_for_each(|row| each(words.get(row % 300).map(String::as_bytes), 1));
        };
        let rules = |categories| MergeRules {
            rules: Rules { steps: Steps::ALL, typed: true },
            level: Level::Balanced,
            category_threshold: 0.1,
            declared: Declared { categories, ..Declared::default() },
        };
        assert_eq!(as_text(2_000, &walk, &rules(false)), Stored { kind: "String".into(), bytes: 2_000 * 116 });
        assert_eq!(as_text(2_000, &walk, &rules(true)).kind, "Enum(300)");
    }
}
