//! Writing folded stacks: a line for each stack, `root;caller;leaf 123`, as Brendan Gregg's flame graph tools and many others read them.
//!
//! Samples of one stack are added up, those above and those below nothing apart, so that sums stay what they are. Where the values are no
//! plain counts, two remarks at the beginning say what they are; other programs pass over them.

use std::io::{self, BufWriter, Write};

use super::Steps;
use crate::profile::model::{Profile, StackId};

/// Stands for `;` in names, which would end them. It looks the same, and Unicode holds the two to be equal.
pub(crate) const HIDDEN_SEMICOLON: &str = "\u{37e}";
/// Stands for `#` at the beginning of a line, which would make it a remark: the blank before it is one that readers do not cut off.
pub(crate) const HIDDEN_REMARK: &str = "\u{a0}#";
/// From so many lines readers tell whether there are two numbers in each.
const FIRST_LINES: usize = 200;
/// What a frame without a name is called, and a stack without frames.
const NAMELESS: &str = "<unknown>";

/// Writes the stacks with their values of `sample_type`, or the profile's own choice; or of both types of a comparison.
pub(super) fn write<W: Write>(profile: &Profile, sample_type: Option<usize>, out: W, steps: Steps<'_>) -> io::Result<W> {
    let columns = match sample_type {
        None if is_comparison(profile) => vec![0, 1],
        chosen => vec![chosen.unwrap_or(profile.default_sample_type)],
    };
    let mut writer = Writer { profile, out: BufWriter::with_capacity(256 << 10, out), steps, line: String::new() };
    if let &[column] = columns.as_slice() {
        writer.head(column)?;
    }
    writer.stacks(&columns)?;
    writer.out.into_inner().map_err(io::IntoInnerError::into_error)
}

/// Whether the profile is what lines with two numbers say.
fn is_comparison(profile: &Profile) -> bool {
    profile.sample_types.len() == 2 && profile.sample_type(0).0 == "before" && profile.sample_type(1).0 == "after"
}

struct Writer<'a, W: Write> {
    profile: &'a Profile,
    out: BufWriter<W>,
    steps: Steps<'a>,
    line: String,
}

impl<W: Write> Writer<'_, W> {
    /// Says what the numbers are, unless they are what such numbers always are.
    fn head(&mut self, column: usize) -> io::Result<()> {
        let (name, unit) = self.profile.sample_type(column);
        if (name, unit) == ("samples", "count") && !self.ends_with_numbers() {
            return Ok(());
        }
        self.line.clear();
        for (key, text) in [("# sample type: ", name), ("# unit: ", unit)] {
            self.line.push_str(key);
            text.chars().for_each(|letter| self.line.push(visible(letter)));
            self.line.push('\n');
        }
        self.out.write_all(self.line.as_bytes())
    }

    /// Whether names end as if a second number followed them; a remark keeps readers from taking it for one.
    fn ends_with_numbers(&self) -> bool {
        let frames = self.profile.stacks.iter().filter_map(<[_]>::last).take(FIRST_LINES);
        let functions = frames.filter_map(|frame| self.profile.frames.function.get(frame.0 as usize));
        functions.map(|&function| self.profile.function_name(function)).any(|name| {
            let digit = name.trim_ascii_end().as_bytes().last().is_some_and(u8::is_ascii_digit);
            digit && name.contains([' ', '\t'])
        })
    }

    fn stacks(&mut self, columns: &[usize]) -> io::Result<()> {
        let sums = columns.iter().map(|&column| Sums::new(self.profile, column)).collect::<Vec<_>>();
        let samples = &self.profile.samples;
        let nothing = samples.stack.iter().all(|stack| sums.iter().all(|sums| sums.is_nothing(*stack)));
        let mut seen = vec![false; self.profile.stacks.len()];
        for &stack in &samples.stack {
            self.steps.step()?;
            let Some(seen @ false) = seen.get_mut(stack.0 as usize) else { continue };
            *seen = true;
            let above: Vec<i64> = sums.iter().map(|sums| sums.above(stack)).collect();
            let below: Vec<i64> = sums.iter().map(|sums| sums.below(stack)).collect();
            // A stack of which nothing was measured says nothing, unless all are such.
            if nothing || above.iter().any(|&value| value != 0) {
                self.stack(stack, &above)?;
            }
            if below.iter().any(|&value| value != 0) {
                self.stack(stack, &below)?;
            }
        }
        Ok(())
    }

    fn stack(&mut self, stack: StackId, values: &[i64]) -> io::Result<()> {
        self.line.clear();
        for &frame in self.profile.stacks.get(stack) {
            let function = self.profile.frames.function.get(frame.0 as usize).copied().unwrap_or_default();
            self.name(self.profile.function_name(function));
        }
        if self.line.is_empty() {
            self.name("");
        }
        if self.line.starts_with('#') {
            self.line.replace_range(..1, HIDDEN_REMARK);
        }
        let out = &mut self.out;
        out.write_all(self.line.as_bytes())?;
        values.iter().try_for_each(|value| write!(out, " {value}"))?;
        out.write_all(b"\n")
    }

    fn name(&mut self, name: &str) {
        if !self.line.is_empty() {
            self.line.push(';');
        }
        let name = if name.trim_ascii().is_empty() { NAMELESS } else { name };
        if !name.bytes().any(|byte| byte == b';' || byte.is_ascii_control()) {
            self.line.push_str(name);
            return;
        }
        for letter in name.chars() {
            match letter {
                ';' => self.line.push_str(HIDDEN_SEMICOLON),
                other => self.line.push(visible(other)),
            }
        }
    }
}

/// What can stand in a line: line ends and other control characters become pictures of themselves.
fn visible(letter: char) -> char {
    match letter {
        '\t' => letter,
        '\0'..' ' => char::from_u32(0x2400 + u32::from(letter)).unwrap_or(letter),
        '\u{7f}' => '\u{2421}',
        _ => letter,
    }
}

/// One sample type's sums for each stack: of what is above nothing, and of what is below.
struct Sums {
    above: Vec<i64>,
    /// Empty when there is none, as usual.
    below: Vec<i64>,
}

impl Sums {
    fn new(profile: &Profile, column: usize) -> Self {
        let count = profile.stacks.len();
        let has_below = profile.samples.column(column).iter().any(|&value| value < 0);
        let mut sums = Self { above: vec![0; count], below: if has_below { vec![0; count] } else { Vec::new() } };
        for (stack, value) in profile.samples.iter(column) {
            let side = if value < 0 { &mut sums.below } else { &mut sums.above };
            if let Some(sum) = side.get_mut(stack.0 as usize) {
                *sum = sum.saturating_add(value);
            }
        }
        sums
    }

    fn above(&self, stack: StackId) -> i64 {
        self.above.get(stack.0 as usize).copied().unwrap_or_default()
    }

    fn below(&self, stack: StackId) -> i64 {
        self.below.get(stack.0 as usize).copied().unwrap_or_default()
    }

    fn is_nothing(&self, stack: StackId) -> bool {
        self.above(stack) == 0 && self.below(stack) == 0
    }
}
