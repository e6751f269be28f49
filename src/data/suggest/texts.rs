//! Columns of text: blanks at the ends, spellings that differ only in case or blanks, and a few cells of another kind.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::fit::{self, Each, Walk};
use super::subject::{Subject, go_on};
use super::{Suggestion, SuggestionKind, quoted, times};
use crate::data::cells::within_blanks;
use crate::data::kind::{Kind, null_word};
use crate::data::peers::EngineKind;

/// Words, and bytes of them, up to which spellings are compared.
const MOST_WORDS: (usize, usize) = (65_536, 4 << 20);
/// One cell in so many may be of another kind than the rest.
const RARE: u64 = 10;
/// Kinds in one column up to which they are counted.
const MOST_KINDS: usize = 8;

/// Cells that begin or end with blanks.
pub fn blanks(subject: &Subject<'_>) -> Option<Suggestion> {
    let blank = |text: &[u8]| trimmed(text).len() < text.len();
    let (mut first, mut count) = (None, 0);
    if let Some(words) = subject.words() {
        let padded: Vec<bool> = words.map(blank).collect();
        if padded.contains(&true) {
            count = padded.iter().zip(subject.counts()).filter(|(padded, _)| **padded).map(|(_, count)| count).sum();
            first = subject.first_row(blank);
        }
    } else {
        for row in (0..subject.rows()).filter(|row| subject.text(*row).is_some_and(blank)) {
            first.get_or_insert(row);
            count += 1;
        }
    }
    let first = first?;
    let example = quoted(subject.text(first)?);
    let text = format!(
        "{} or end{} with blanks, which nobody sees; the first is {example}. Without them equal texts become one.",
        times(count, "cell begins", "cells begin"),
        if count == 1 { "s" } else { "" },
    );
    let walk = |each: &mut Each<'_>| {
        subject.each(&mut |text, times| each(text.map(trimmed).filter(|cut| !cut.is_empty() || text == Some(b"")), times));
    };
    Some(changed(subject, SuggestionKind::Blanks, first, count, text, &walk))
}

/// The suggestion to change cells, with what the column would be then.
fn changed(subject: &Subject<'_>, kind: SuggestionKind, first: usize, count: u64, text: String, walk: &Walk<'_>) -> Suggestion {
    let becomes = fit::fit(subject.rows(), walk, &subject.rules);
    Suggestion {
        kind,
        columns: vec![subject.name.to_owned()],
        row: Some(first as u64),
        count,
        saved_bytes: subject.stored.bytes.saturating_sub(becomes.bytes),
        becomes: Some(becomes),
        text,
    }
}

/// The text without blanks at its ends.
fn trimmed(text: &[u8]) -> &[u8] {
    text.get(within_blanks(text)).unwrap_or(text)
}

/// Words that differ only in case or in blanks between others.
pub fn spellings(subject: &Subject<'_>) -> Option<Suggestion> {
    let words: Vec<&[u8]> = subject.words()?.collect();
    if words.len() > MOST_WORDS.0 || words.iter().map(|word| word.len()).sum::<usize>() > MOST_WORDS.1 {
        return None;
    }
    let mut groups: HashMap<String, Vec<usize>> = HashMap::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        groups.entry(plain_form(word)?).or_default().push(at);
    }
    let cut = |at: &usize| words.get(*at).map(|word| trimmed(word));
    groups.retain(|_, group| group.first().is_some_and(|first| group.iter().any(|at| cut(at) != cut(first))));
    let counts = if groups.is_empty() { return None } else { subject.counts() };
    let count_of = |at: usize| counts.get(at).copied().unwrap_or(0);
    let mut usual: HashMap<&[u8], &[u8]> = HashMap::new();
    let mut rare: Vec<usize> = Vec::new();
    for group in groups.values() {
        // Of equally frequent ones the first in the table.
        let most = *group.iter().max_by_key(|at| (count_of(**at), std::cmp::Reverse(**at)))?;
        for at in group.iter().filter(|at| **at != most) {
            usual.insert(words.get(*at)?, words.get(most)?);
            rare.push(*at);
        }
    }
    let count = rare.iter().map(|at| count_of(*at)).sum();
    let first = subject.first_row(|word| usual.contains_key(word))?;
    let example = subject.text(first)?;
    let text = format!(
        "{} and {} differ only in capital letters or blanks{}. {} another spelling than the usual one.",
        quoted(example),
        quoted(usual.get(example)?),
        others(groups.len()),
        times(count, "cell has", "cells have"),
    );
    let walk = |each: &mut Each<'_>| {
        subject.each(&mut |text, times| each(text.map(|text| usual.get(text).copied().unwrap_or(text)), times));
    };
    Some(changed(subject, SuggestionKind::Spellings, first, count, text, &walk))
}

fn others(groups: usize) -> String {
    match groups {
        0 | 1 => String::new(),
        2 => ", as does one other text".into(),
        _ => format!(", as do {} other texts", groups - 1),
    }
}

/// Small letters, one blank between words.
fn plain_form(word: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(word).ok()?;
    let mut plain = String::with_capacity(text.len());
    for part in text.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.extend(part.chars().flat_map(char::to_lowercase));
    }
    Some(plain)
}

/// Cells because of which a column of numbers or dates is text.
pub fn two_kinds(subject: &Subject<'_>) -> Option<Suggestion> {
    let census = Census::of(subject)?;
    let (family, words_are_odd) = census.family(subject)?;
    let odd = |text: &[u8]| match subject.rules.rules.classify(text) {
        Kind::Text => null_word(text).is_none() || words_are_odd,
        kind => subject.rules.rules.join(family, kind) != family,
    };
    let mut count = 0;
    subject.each(&mut |text, times| {
        count += if text.is_some_and(odd) { times } else { 0 };
        go_on()
    });
    let first = subject.first_row(odd)?;
    let what = match family {
        Kind::Date | Kind::Time(_) => "date",
        _ => "number",
    };
    let text = format!(
        "{} no {what}, the first is {}; all others are. With {} corrected or left blank the column would be {what}s, now it is text.",
        times(count, "cell is", "cells are"),
        quoted(subject.text(first)?),
        if count == 1 { "it" } else { "them" },
    );
    let walk = |each: &mut Each<'_>| subject.each(&mut |text, times| each(text.filter(|text| !odd(text)), times));
    let found = changed(subject, SuggestionKind::TwoKinds, first, count, text, &walk);
    (!stays_text(&found)).then_some(found)
}

/// Whether the column would be text even so.
pub fn stays_text(suggestion: &Suggestion) -> bool {
    suggestion.becomes.as_ref().is_none_or(|becomes| becomes.kind == "String" || becomes.kind.starts_with("Enum"))
}

/// How many cells are of which kind.
#[derive(Default)]
struct Census {
    kinds: Vec<(Kind, u64)>,
    text: u64,
    blank: u64,
    null_words: Vec<u8>,
}

impl Census {
    /// `None` as soon as it is clear that the column is no other kind but for a few cells. Numbers that are written as codes,
    /// such as 02494, are no mistake.
    fn of(subject: &Subject<'_>) -> Option<Self> {
        if !subject.view.is_text() || subject.words().is_some_and(|mut words| words.all(|word| subject.is_plain(word))) {
            return None;
        }
        let (mut census, mut hopeless) = (Self::default(), false);
        subject.each(&mut |text, times| {
            hopeless = census.add(subject, text, times).is_none();
            if hopeless { ControlFlow::Break(()) } else { go_on() }
        });
        (!hopeless).then_some(census)
    }

    fn add(&mut self, subject: &Subject<'_>, text: Option<&[u8]>, times: u64) -> Option<()> {
        let Some(text) = text else {
            self.blank += times;
            return Some(());
        };
        match subject.rules.rules.classify(text) {
            Kind::Text => match null_word(text) {
                Some(word) if self.null_words.contains(&word) => {}
                Some(word) => self.null_words.push(word),
                None => {
                    let code = matches!(EngineKind::of(text), EngineKind::Int64 | EngineKind::Float64);
                    self.text += times;
                    let rare = self.text * RARE <= subject.rows() as u64;
                    return (rare && !code && !text.iter().all(u8::is_ascii_digit)).then_some(());
                }
            },
            kind => {
                if let Some((_, count)) = self.kinds.iter_mut().find(|(known, _)| *known == kind) {
                    *count += times;
                } else if self.kinds.len() < MOST_KINDS {
                    self.kinds.push((kind, times));
                } else {
                    return None;
                }
            }
        }
        Some(())
    }

    /// The kind of nearly all cells, when the others keep the column from being it; and whether words for an absent value do so
    /// too, as other words or blank cells, such as corrected ones, stand for one as well.
    fn family(&self, subject: &Subject<'_>) -> Option<(Kind, bool)> {
        let rules = &subject.rules.rules;
        let (most, _) = *self.kinds.iter().max_by_key(|(_, count)| *count)?;
        let join = |family, (kind, _): &(Kind, u64)| match rules.join(family, *kind) {
            Kind::Text => family,
            joined => joined,
        };
        let family = self.kinds.iter().fold(most, join);
        let inside = |(kind, _): &&(Kind, u64)| rules.join(family, *kind) == family;
        let all: u64 = self.text + self.kinds.iter().map(|(_, count)| count).sum::<u64>();
        let odd = all - self.kinds.iter().filter(inside).map(|(_, count)| count).sum::<u64>();
        let two_words = matches!(family, Kind::Bool(_));
        let marks = self.null_words.len() + usize::from(self.blank > 0 || odd > 0);
        let words_are_odd = !self.null_words.is_empty() && marks > 1;
        (!two_words && odd * RARE <= all && (odd > 0 || words_are_odd)).then_some((family, words_are_odd))
    }
}

impl Subject<'_> {
    /// Neither a number nor a date nor one of two words.
    fn is_plain(&self, text: &[u8]) -> bool {
        self.rules.rules.classify(text) == Kind::Text
    }
}
