//! What the column takes elsewhere, without looking at each text where that can be told from its kind.

use super::Joined;
use crate::data::format::{Format, Spelling, Value};
use crate::data::kind::{Kind, NULL_WORDS, WORD_PAIRS};
use crate::data::part::Values;
use crate::data::peers::{EngineKind, TextTally};

impl Joined<'_> {
    /// A workbook's reader gives every number eight bytes.
    pub(super) fn typed_engine(&self) -> EngineKind {
        match self.kind {
            Kind::Int | Kind::Float => EngineKind::Float64,
            Kind::Bool(2) => EngineKind::Boolean,
            Kind::Date | Kind::Time(_) => EngineKind::Datetime,
            Kind::Nothing | Kind::Bool(_) | Kind::Text => EngineKind::String,
        }
    }

    /// Sums over all texts of the column.
    pub(super) fn tally(&self) -> TextTally {
        if let Some(known) = self.known {
            return known.survey.tally;
        }
        if let Some(tally) = self.texts {
            return tally;
        }
        let mut tally = TextTally::default();
        if let Some(word) = self.absent.word.and_then(|word| NULL_WORDS.get(usize::from(word))) {
            tally.add(word.as_bytes(), self.nulls as u64);
        }
        let values = (self.rows - self.nulls) as u64;
        let short = tally.engine == EngineKind::Nothing;
        match self.kind {
            Kind::Int if short => tally.add_kind(EngineKind::Int64),
            Kind::Float if short => tally.add_kind(EngineKind::Float64),
            Kind::Date | Kind::Time(_) if self.rules.rules.typed => tally.add_kind(EngineKind::Datetime),
            Kind::Date => tally.add(b"2000-01-01", values),
            Kind::Bool(pair) => self.tally_words(pair, &mut tally),
            Kind::Time(style) => {
                let mut text = Vec::new();
                let format = Format { spelling: Spelling::Time { style, short: false }, ..Format::default() };
                format.write(&mut text, Some(Value::Int(0)));
                tally.add(&text, values);
            }
            Kind::Nothing => {}
            _ => self.each_valid_text(|text| tally.add(text, 1)),
        }
        tally
    }

    fn each_valid_text(&self, mut each: impl FnMut(&[u8])) {
        let null = self.absent.word.and_then(|word| NULL_WORDS.get(usize::from(word))).map(|word| word.as_bytes());
        self.each_text(|text| {
            if let Some(text) = text.filter(|text| Some(*text) != null) {
                each(text);
            }
        });
    }

    fn tally_words(&self, pair: u8, tally: &mut TextTally) {
        let (mut yes, mut valid) = (0, 0);
        for part in &self.parts {
            if let Values::Bool(values, _) = &part.values {
                // A row without a value holds a no.
                yes += values.iter().filter(|value| **value).count() as u64;
                valid += (part.rows() - part.validity.nulls()) as u64;
            }
        }
        let (yes_word, no_word) = WORD_PAIRS.get(usize::from(pair)).copied().unwrap_or_default();
        for (word, count) in [(yes_word, yes), (no_word, valid - yes)] {
            if count > 0 {
                tally.add(word.as_bytes(), count);
            }
        }
    }
}
