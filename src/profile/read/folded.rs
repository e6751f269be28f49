//! Folded (collapsed) stacks: lines of `root;caller;leaf 123`, as Brendan Gregg's flame graph tools, inferno, async-profiler and
//! many others write them. Two numbers at the end are before and after, as of difffolded.pl.
//!
//! Read line by line, so that the text itself is never in memory as a whole.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::sync::Arc;

use super::Context;
use super::detect::split_weight;
use super::head::Head;
use super::source::Source;
use crate::profile::build::sentence;
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{FrameId, Functions, Profile, SampleType, Samples, StringId};
use crate::profile::stacks::StacksBuilder;
use crate::profile::strings::Interner;
use crate::profile::write::{HIDDEN_REMARK, HIDDEN_SEMICOLON};

/// After so many lines the cancel flag and the memory are looked at.
const BATCH: u64 = 1024;

/// A remark longer than this is none about numbers.
const LONGEST_REMARK: usize = 1000;

/// What was wrong with lines that were read all the same, or left out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Flaw {
    NoNumber,
    Rounded,
    TooLarge,
    OneNumber,
    EmptyFrame,
}

impl Flaw {
    fn text(self) -> &'static str {
        match self {
            Self::NoNumber => "does not end with a number and was left out",
            Self::Rounded => "has a fraction, which was rounded to a whole number",
            Self::TooLarge => "has a number beyond 9.2 × 10^18, which was cut to that",
            Self::OneNumber => "has one number where the others have two (before and after); it was taken as the second",
            Self::EmptyFrame => "has a call without a name, which is shown as “<unknown>”",
        }
    }
}

/// Fills the tables, line by line.
struct Reader<'a> {
    context: Context<'a>,
    interner: Interner,
    /// Frame of each string; functions and frames are one to one, in the order they appear.
    frame_of: Vec<Option<FrameId>>,
    names: Vec<StringId>,
    stacks: StacksBuilder,
    samples: Samples,
    differential: bool,
    line: u64,
    /// Name and unit of the numbers, where remarks tell them.
    told: [Option<String>; 2],
    /// First line of each flaw, and how many lines have it.
    flaws: BTreeMap<Flaw, (u64, u64)>,
}

/// Reads folded stacks. The beginning decides whether there are two numbers in a line.
pub(super) fn read(source: &mut Source<'_>, head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut reader = Reader::new(is_differential(head.bytes), context);
    let (mut lines, mut line) = (BufReader::with_capacity(256 << 10, &mut *source), Vec::new());
    loop {
        line.clear();
        match lines.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => reader.line(&line)?,
            Err(error) => {
                drop(lines);
                return Err(source.explain(error));
            }
        }
    }
    reader.finish()
}

/// Whether each of the first lines ends with two whole numbers.
fn is_differential(head: &[u8]) -> bool {
    let complete = memchr::memrchr(b'\n', head).map_or(head, |end| head.get(..end).unwrap_or_default());
    let mut lines =
        complete.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).take(200).peekable();
    lines.peek().is_some() && lines.all(|line| split_weight(line).and_then(|(rest, _)| split_weight(rest)).is_some())
}

impl<'a> Reader<'a> {
    fn new(differential: bool, context: Context<'a>) -> Self {
        let samples = Samples { values: vec![Vec::new(); if differential { 2 } else { 1 }], ..Samples::default() };
        Self {
            context,
            interner: Interner::default(),
            frame_of: Vec::new(),
            names: Vec::new(),
            stacks: StacksBuilder::default(),
            samples,
            differential,
            line: 0,
            told: [None, None],
            flaws: BTreeMap::new(),
        }
    }

    fn line(&mut self, line: &[u8]) -> Result<(), ProfileError> {
        self.line += 1;
        if self.line.is_multiple_of(BATCH) || line.len() > 1 << 20 {
            self.check_batch()?;
        }
        let line = if self.line == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
        let has_empty_stack = line.starts_with(b" ");
        let line = line.trim_ascii();
        if line.is_empty() {
            return Ok(());
        }
        if let Some(remark) = line.strip_prefix(b"# ") {
            self.remark(remark);
            return Ok(());
        }
        // py-spy writes stacks that it found empty: nothing, a blank and the count.
        let only_count = (has_empty_stack && line.iter().all(u8::is_ascii_digit)).then_some((&[][..], line));
        let Some((stack, weight)) = split_weight(line).or(only_count) else {
            self.flaw(Flaw::NoNumber);
            return Ok(());
        };
        let weight = self.weight(weight);
        if !self.differential {
            return self.sample(stack, [weight, 0]);
        }
        let Some((stack, before)) = split_weight(stack) else {
            self.flaw(Flaw::OneNumber);
            return self.sample(stack, [0, weight]);
        };
        let before = self.weight(before);
        self.sample(stack, [before, weight])
    }

    /// What this program says of the numbers when it writes such files (see `write/folded.rs`).
    fn remark(&mut self, remark: &[u8]) {
        for (key, place) in [("sample type:", 0), ("unit:", 1)] {
            let text = remark.strip_prefix(key.as_bytes()).filter(|text| text.len() <= LONGEST_REMARK);
            if let (Some(text), Some(told)) = (text, self.told.get_mut(place)) {
                *told = Some(String::from_utf8_lossy(text.trim_ascii()).into_owned());
            }
        }
    }

    fn sample(&mut self, stack: &[u8], values: [i64; 2]) -> Result<(), ProfileError> {
        let (mut start, mut full) = (0, false);
        for end in memchr::memchr_iter(b';', stack).chain([stack.len()]) {
            let name = stack.get(start..end).unwrap_or_default();
            start = end + 1;
            // A semicolon at the very end of a stack is common and means nothing; a blank behind it is a name that was not found.
            if !name.is_empty() || end < stack.len() {
                match self.frame(name.trim_ascii()) {
                    Some(frame) => self.stacks.push(frame),
                    None => full = true,
                }
            }
        }
        match self.stacks.finish_stack().filter(|_| !full) {
            Some(stack) => self.samples.stack.push(stack),
            None => return Err(self.context.too_large(Place::Line(self.line))),
        }
        self.samples.values.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
        Ok(())
    }

    /// The frame of a name. `None` when there are 4 billion.
    fn frame(&mut self, name: &[u8]) -> Option<FrameId> {
        let name = if name.is_empty() {
            self.flaw(Flaw::EmptyFrame);
            b"<unknown>"
        } else {
            name
        };
        let id = self.interner.intern_bytes(&given_back(name))?;
        let row = id.0 as usize;
        if let Some(&Some(frame)) = self.frame_of.get(row) {
            return Some(frame);
        }
        self.frame_of.resize(self.frame_of.len().max(row + 1), None);
        let frame = FrameId(u32::try_from(self.names.len()).ok()?);
        self.names.push(id);
        self.frame_of.get_mut(row)?.replace(frame);
        Some(frame)
    }

    fn weight(&mut self, text: &[u8]) -> i64 {
        let text = std::str::from_utf8(text).unwrap_or_default();
        if let Ok(whole) = text.parse() {
            return whole;
        }
        let Ok(number) = text.parse::<f64>() else {
            // Two points, as in a version number.
            self.flaw(Flaw::NoNumber);
            return 0;
        };
        self.flaw(if text.contains('.') { Flaw::Rounded } else { Flaw::TooLarge });
        // A cast of a float that is too large gives the largest integer.
        number.round() as i64
    }

    fn flaw(&mut self, flaw: Flaw) {
        self.flaws.entry(flaw).or_insert((self.line, 0)).1 += 1;
    }

    fn check_batch(&self) -> Result<(), ProfileError> {
        self.context.cancel.check()?;
        let memory = self.stacks.memory_bytes() + self.interner.memory_bytes() + self.samples.len() * 20 + self.frame_of.len() * 28;
        if memory as u64 > self.context.limits.table_bytes {
            return Err(self.context.too_large(Place::Line(self.line)));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Profile, ProfileError> {
        if self.samples.is_empty() {
            let problem = "no line ends with a number, as “main;parse;read 42” does".into();
            return Err(ProfileError::Damaged { file: self.context.file.into(), place: Place::File, problem });
        }
        let sample_types = self.sample_types().ok_or_else(|| self.context.too_large(Place::Line(self.line)))?;
        let warnings = self.flaws.iter().map(|(flaw, &(first, count))| sentence(flaw.text(), Place::Line(first), count)).collect();
        let count = self.names.len();
        let mut profile = Profile {
            format: "folded stacks".into(),
            functions: one_to_one(self.names).into(),
            stacks: self.stacks.finish().into(),
            samples: self.samples,
            default_sample_type: sample_types.len() - 1,
            sample_types,
            strings: self.interner.finish().into(),
            warnings,
            ..Profile::default()
        };
        Arc::make_mut(&mut profile.frames).plain(count);
        profile.warn_of_sums();
        Ok(profile)
    }

    fn sample_types(&mut self) -> Option<Vec<SampleType>> {
        let [name, unit] = std::mem::take(&mut self.told);
        let unit = self.interner.intern(unit.as_deref().unwrap_or("count"))?;
        let names: &[&str] = if self.differential { &["before", "after"] } else { &[name.as_deref().unwrap_or("samples")] };
        names.iter().map(|name| Some(SampleType { name: self.interner.intern(name)?, unit })).collect()
    }
}

/// The name with what writing hid in it, because it would have ended the name or begun a remark (see `write/folded.rs`).
fn given_back(name: &[u8]) -> Cow<'_, [u8]> {
    let (semicolon, remark) = (HIDDEN_SEMICOLON.as_bytes(), HIDDEN_REMARK.as_bytes());
    if !name.starts_with(remark) && memchr::memmem::find(name, semicolon).is_none() {
        return Cow::Borrowed(name);
    }
    let name = String::from_utf8_lossy(name).replace(HIDDEN_SEMICOLON, ";");
    match name.strip_prefix(HIDDEN_REMARK) {
        Some(rest) => format!("#{rest}").into_bytes().into(),
        None => name.into_bytes().into(),
    }
}

fn one_to_one(names: Vec<StringId>) -> Functions {
    let count = names.len();
    let none = vec![StringId(0); count];
    Functions { name: names, system_name: none.clone(), file: none, start_line: vec![0; count] }
}
