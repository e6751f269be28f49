//! Changes to JSON that keep most of it well formed: items go, come twice or change places, values become odd ones.

use crate::mutate::{Dice, ODD_NUMBERS};

/// Values that readers should doubt, beside numbers.
const ODD: [&[u8]; 12] =
    [b"null", b"true", b"[]", b"{}", b"\"\"", b"\"1\"", b"\"\\ud800\"", b"\"a;b\\n\"", b"[[]]", b"[null]", b"{\"\":0}", b"\"(root)\""];

/// Changes the text once; gives false when it found no place to.
pub fn change(text: &mut Vec<u8>, room: usize, dice: &mut Dice) -> bool {
    match dice.below(5) {
        0 => remove(text, dice),
        1 => repeat(text, room, dice),
        2 => swap_keys(text, dice),
        _ => set_value(text, room, dice),
    }
}

/// Where the value that begins at `start` ends.
fn end_of(text: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, start);
    loop {
        match text.get(at)? {
            b'"' => at = end_of_text(text, at)?,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return Some(at),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

/// Where the text that begins at `start` has its closing quotation mark.
fn end_of_text(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    while *text.get(at)? != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    Some(at)
}

/// A value near a random place: behind a colon, a comma or an opening bracket.
fn value(text: &[u8], dice: &mut Dice) -> Option<(usize, usize)> {
    let from = dice.below(text.len());
    let before = |at: &usize| matches!(text[*at], b':' | b',' | b'[');
    let mark = (from..text.len()).find(before).or_else(|| (0..text.len()).find(before))?;
    let start = mark + 1 + text.get(mark + 1..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    Some((start, end_of(text, start)?))
}

fn remove(text: &mut Vec<u8>, dice: &mut Dice) -> bool {
    let Some((start, end)) = value(text, dice) else { return false };
    // With the comma behind it, if there is one.
    let end = end + usize::from(text.get(end) == Some(&b','));
    text.drain(start..end);
    true
}

fn repeat(text: &mut Vec<u8>, room: usize, dice: &mut Dice) -> bool {
    let (Some((start, end)), Some((place, _))) = (value(text, dice), value(text, dice)) else { return false };
    if text.len() + end + 1 - start > room {
        return false;
    }
    let copy: Vec<u8> = text[start..end].iter().copied().chain([b',']).collect();
    text.splice(place..place, copy);
    true
}

/// Gives one value the place of another.
fn swap_keys(text: &mut Vec<u8>, dice: &mut Dice) -> bool {
    let (Some((start, end)), Some((from, to))) = (value(text, dice), value(text, dice)) else { return false };
    let copy = text[from..to].to_vec();
    if copy.len() > (end - start) + 256 {
        return false;
    }
    text.splice(start..end, copy);
    true
}

fn set_value(text: &mut Vec<u8>, room: usize, dice: &mut Dice) -> bool {
    let Some((start, end)) = value(text, dice) else { return false };
    let odd = if dice.below(3) == 0 { ODD[dice.below(ODD.len())] } else { ODD_NUMBERS[dice.below(ODD_NUMBERS.len())].as_bytes() };
    if text.len() + odd.len() > room {
        return false;
    }
    text.splice(start..end, odd.iter().copied());
    true
}
