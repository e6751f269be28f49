//! Columns of text: each text once and numbered where that saves memory, else as they are.

use polars::error::PolarsResult;

use super::survey::Categories;
use super::{Joined, MergeRules, Merged};
use crate::data::build::{self, TextBuilder};
use crate::data::format::Spelling;
use crate::data::heap::enum_bytes;
use crate::data::kind::Kind;
use crate::data::part::{Values, text_at};
use crate::data::peers::TextTally;
use crate::data::reason::{self, KeptText};
use crate::data::steps::Step;
use crate::data::validity::Validity;
use crate::data::words::Words;

/// Bytes of different texts up to which they are numbered.
pub const MOST_WORD_BYTES: usize = 1 << 31;

/// A column as numbered texts, or why it is not.
enum Numbered {
    Yes(Words, Vec<u32>, Validity),
    No(KeptText),
}

impl Joined<'_> {
    pub(super) fn text(mut self) -> PolarsResult<Merged> {
        // Null words are texts here like any other.
        self.kind = Kind::Text;
        self.absent.word = None;
        let long_bytes = self.long_text_bytes();
        self.nulls = self.count_absent();
        if let Some(known) = self.known {
            return match &known.categories {
                Ok(found) => self.piece_of_categories(found),
                Err(why) => self.plain(long_bytes, *why),
            };
        }
        match self.numbered(long_bytes) {
            Numbered::Yes(words, codes, validity) => self.categories(&words, codes, validity),
            Numbered::No(why) => self.plain(long_bytes, why),
        }
    }

    fn plain(self, long_bytes: u64, why: KeptText) -> PolarsResult<Merged> {
        let (mut texts, mut tally) = (TextBuilder::new(self.rows, long_bytes), TextTally::default());
        if let Some(known) = self.known {
            tally = known.survey.tally;
            self.each_text(|text| texts.push(text));
        } else {
            self.each_text(|text| {
                texts.push(text);
                if let Some(text) = text {
                    tally.add(text, 1);
                }
            });
        }
        if self.rules.rules.typed {
            tally.keep_text();
        }
        let series = texts.finish(self.name)?;
        let reason = reason::text(tally.engine, why);
        Ok(self.merged(series, Spelling::Text, None, reason, &tally))
    }

    fn categories(self, words: &Words, codes: Vec<u32>, validity: Validity) -> PolarsResult<Merged> {
        let mut counts = vec![0u64; words.len()];
        for (row, code) in codes.iter().enumerate() {
            if let (true, Some(count)) = (validity.get(row), counts.get_mut(*code as usize)) {
                *count += 1;
            }
        }
        let mut tally = TextTally::default();
        words.iter().zip(&counts).for_each(|(word, count)| tally.add(word, *count));
        if self.rules.rules.typed {
            tally.keep_text();
        }
        let series = build::categories(self.name, codes, words, validity)?;
        let reason = reason::categories(words, tally.engine, self.nulls);
        let mut merged = self.merged(series, Spelling::Text, Some(Step::Categories), reason, &tally);
        merged.unique = Some(words.len() as u64);
        Ok(merged)
    }

    /// Numbers texts that were all numbered before.
    fn piece_of_categories(self, found: &Categories) -> PolarsResult<Merged> {
        let mut tally = self.tally();
        if self.rules.rules.typed {
            tally.keep_text();
        }
        let mut codes = Vec::with_capacity(self.rows);
        self.each_code(&found.words, |code| codes.push(code));
        let series = build::coded(self.name, codes, &found.frozen, self.validity())?;
        let reason = reason::categories(&found.words, tally.engine, self.totals().1);
        let mut merged = self.merged(series, Spelling::Text, Some(Step::Categories), reason, &tally);
        merged.unique = Some(found.words.len() as u64);
        Ok(merged)
    }

    /// The number of each row's text; a row without one, and a text that is not among `words`, has 0. Comparing finds the latter.
    fn each_code(&self, words: &Words, mut each: impl FnMut(u32)) {
        for part in &self.parts {
            if let Values::Words(numbers, own) = &part.values {
                let map: Vec<u32> = own.iter().map(|word| words.find(word).unwrap_or(0)).collect();
                let valid = |(row, number): (usize, &u32)| {
                    if part.validity.get(row) { map.get(*number as usize).copied().unwrap_or(0) } else { 0 }
                };
                numbers.iter().enumerate().map(valid).for_each(&mut each);
            } else {
                part.texts(|text| each(text.and_then(|text| words.find(text)).unwrap_or(0)));
            }
        }
    }

    fn count_absent(&self) -> usize {
        // Only a part without a null word has rows that the source left blank.
        self.parts.iter().filter(|part| part.absent.word.is_none()).map(|part| part.validity.nulls()).sum()
    }

    /// Bytes of all texts that do not fit into a view.
    fn long_text_bytes(&self) -> u64 {
        let long = |len: usize| if len > 12 { len as u64 } else { 0 };
        let mut bytes = 0;
        for part in &self.parts {
            match &part.values {
                Values::Words(codes, words) => {
                    let lengths: Vec<u64> = words.iter().map(|word| long(word.len())).collect();
                    let valid = codes.iter().enumerate().filter(|(row, _)| part.validity.get(*row));
                    bytes += valid.filter_map(|(_, code)| lengths.get(*code as usize)).sum::<u64>();
                }
                Values::Text(text, ends) => bytes += (0..ends.len()).map(|row| long(text_at(text, ends, row).len())).sum::<u64>(),
                _ => part.texts(|text| bytes += long(text.unwrap_or_default().len())),
            }
        }
        bytes
    }

    /// The texts numbered, if that takes less memory than the texts and there are few enough of them.
    fn numbered(&self, long_bytes: u64) -> Numbered {
        let values = self.rows - self.nulls;
        if values == 0 {
            return Numbered::No(KeptText::Nothing);
        }
        if !self.steps().has(Step::Categories) {
            return Numbered::No(KeptText::SwitchedOff);
        }
        let as_text = self.rows as u64 * 16 + long_bytes;
        let most = most_words(values, self.rules);
        let (mut words, mut codes, mut validity) = (Words::default(), Vec::with_capacity(self.rows), Validity::default());
        let repeats = |words: &Words, validity: &Validity| {
            let seen = validity.len() - validity.nulls();
            if seen == words.len() && validity.len() == self.rows {
                KeptText::AllDifferent
            } else if words.len() as f64 > seen as f64 * threshold(self.rules) {
                KeptText::MostlyDifferent
            } else {
                KeptText::NoGain
            }
        };
        for part in &self.parts {
            if let Values::Words(numbers, own) = &part.values {
                let map: Vec<u32> = own.iter().map(|word| words.number(word)).collect();
                let number = |(row, number): (usize, &u32)| {
                    if part.validity.get(row) { map.get(*number as usize).copied().unwrap_or(0) } else { 0 }
                };
                codes.extend(numbers.iter().enumerate().map(number));
                validity.append(&part.validity);
            } else {
                part.texts(|text| {
                    validity.push(text.is_some());
                    codes.push(text.map_or(0, |text| words.number(text)));
                });
            }
            let too_many = words.len() > most || words.text_bytes() > MOST_WORD_BYTES;
            if too_many || category_bytes(&words, self.rows) >= as_text {
                return Numbered::No(repeats(&words, &validity));
            }
        }
        Numbered::Yes(words, codes, validity)
    }
}

/// How many different texts may be numbered among so many values.
pub fn most_words(values: usize, rules: &MergeRules) -> usize {
    (values as f64 * threshold(rules)).max(1.0) as usize
}

/// What the file stores once stays so wherever that takes less memory.
fn threshold(rules: &MergeRules) -> f64 {
    if rules.declared.categories { 1.0 } else { rules.category_threshold }
}

/// What a column of `rows` rows takes as categories of these words, in bytes.
pub fn category_bytes(words: &Words, rows: usize) -> u64 {
    let width = match words.len() {
        0..=255 => 1,
        256..=65_535 => 2,
        _ => 4,
    };
    (rows * width + enum_bytes(words.iter())) as u64
}
