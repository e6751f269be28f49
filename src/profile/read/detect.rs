//! How pprof and folded stacks are told: by the content, then by the name.

use super::head::Head;
use super::wire::{Value, Wire};

/// Names that folded stacks usually have; Brendan Gregg's tools and inferno.
const FOLDED_ENDINGS: [&str; 2] = [".folded", ".collapsed"];

/// A beginning this long without a line end is one line.
const LONG_LINE: usize = 32 << 10;

/// Whether the bytes are fields of a pprof profile.
pub(super) fn is_pprof(head: &Head<'_>) -> bool {
    !head.is_text() && begins_as_pprof(head.bytes)
}

fn begins_as_pprof(head: &[u8]) -> bool {
    let (mut wire, mut fields) = (Wire::new(head), 0);
    loop {
        match wire.field() {
            // Every field number in use is below 16, and the kind of each is known.
            Ok(Some(field)) if !is_profile_field(field.number, &field.value) => return false,
            Ok(Some(_)) => fields += 1,
            Ok(None) => return fields > 0,
            // The head ends inside a field, or a cut or damaged file does: a profile if it begins like one.
            Err(_) => return fields >= 1 || begins_like_profile(head),
        }
    }
}

fn is_profile_field(number: u64, value: &Value<'_>) -> bool {
    match value {
        Value::Bytes(_) => matches!(number, 1..=6 | 11 | 13 | 15),
        Value::Number(_) => matches!(number, 7..=10 | 12..=16),
        Value::Other => false,
    }
}

/// The first field is cut off, but it is a sample type (the usual beginning: a message of a few bytes).
fn begins_like_profile(head: &[u8]) -> bool {
    matches!(head, [0x0a, 2..=12, 0x08, ..] | [0x0a, 2..=12] | [0x12, _, _, 0x0a, ..])
}

/// Whether the lines are folded stacks.
pub(super) fn is_folded(head: &Head<'_>) -> bool {
    if !head.is_text() {
        return false;
    }
    let named = FOLDED_ENDINGS.iter().any(|ending| head.is_named(ending));
    if !head.whole && !head.bytes.contains(&b'\n') {
        // A stack so deep that its line is longer than the head.
        return named && head.bytes.len() >= LONG_LINE && head.bytes.contains(&b';') && !head.is_json();
    }
    let lines = head.lines().filter(|line| !line.is_empty());
    let (mut good, mut bad, mut chains) = (0_u32, 0_u32, 0_u32);
    for line in lines.filter(|line| !line.starts_with(b"#")).take(200) {
        let stack = split_weight(line);
        *(if stack.is_some() { &mut good } else { &mut bad }) += 1;
        chains += u32::from(stack.is_some_and(|(stack, _)| stack.contains(&b';')));
    }
    good > 0 && (named || bad * 10 <= good && chains * 4 >= good)
}

/// Splits a line at its last blank into the stack and a number (whole or decimal). `None` when there is none.
pub(super) fn split_weight(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.trim_ascii();
    let blank = memchr::memrchr2(b' ', b'\t', line)?;
    let (stack, weight) = (line.get(..blank)?, line.get(blank + 1..)?);
    let digits = weight.strip_prefix(b"-").unwrap_or(weight);
    let numeric = digits.first().is_some_and(u8::is_ascii_digit) && digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.'));
    (numeric && !stack.trim_ascii().is_empty()).then_some((stack, weight))
}

/// Whether the bytes are text: no control characters beside blanks, as every packed number below 8 would be.
pub(super) fn is_text(head: &[u8]) -> bool {
    !head.iter().any(|&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b) || byte == 0x7f)
}
