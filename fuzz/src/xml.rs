//! Changes to XML that keep most of it well formed: elements go, come twice or change places, values become odd ones.

use crate::mutate::Dice;

/// Values that readers should doubt.
const ODD: [&str; 30] = [
    "",
    "0",
    "-1",
    "1",
    "2",
    "1048576",
    "1048577",
    "16384",
    "16385",
    "65536",
    "2147483648",
    "4294967295",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999",
    "1e308",
    "-1e-320",
    "NaN",
    "inf",
    "0.1",
    "A1",
    "XFD1048576",
    "XFE1",
    "A1:XFD1048576",
    "B2:A1",
    "s",
    "inlineStr",
    "2024-02-30T25:61:61.5",
    "PT99999999999999H",
];

/// Changes the text once; gives false when it found no place to.
pub fn change(text: &mut Vec<u8>, room: usize, dice: &mut Dice) -> bool {
    match dice.below(4) {
        0 => remove(text, dice),
        1 => repeat(text, room, dice),
        2 => set_value(text, room, dice, b'"', b'"'),
        _ => set_value(text, room, dice, b'>', b'<'),
    }
}

/// A place where a tag begins, near a random one.
fn tag(text: &[u8], dice: &mut Dice) -> Option<usize> {
    let from = dice.below(text.len());
    let found = text.get(from..)?.iter().position(|byte| *byte == b'<').map(|at| from + at);
    found.or_else(|| text.iter().position(|byte| *byte == b'<'))
}

/// Where a piece of one to eight tags begins and ends.
fn piece(text: &[u8], dice: &mut Dice) -> Option<(usize, usize)> {
    let start = tag(text, dice)?;
    let tags = text.iter().enumerate().skip(start + 1).filter(|(_, byte)| **byte == b'<').map(|(at, _)| at);
    let end = tags.take(1 + dice.below(8)).last().unwrap_or(text.len());
    Some((start, end))
}

fn remove(text: &mut Vec<u8>, dice: &mut Dice) -> bool {
    let Some((start, end)) = piece(text, dice) else { return false };
    text.drain(start..end);
    true
}

fn repeat(text: &mut Vec<u8>, room: usize, dice: &mut Dice) -> bool {
    let (Some((start, end)), Some(place)) = (piece(text, dice), tag(text, dice)) else { return false };
    if text.len() + end - start > room {
        return false;
    }
    let copy = text[start..end].to_vec();
    text.splice(place..place, copy);
    true
}

/// Puts an odd value between two marks.
fn set_value(text: &mut Vec<u8>, room: usize, dice: &mut Dice, open: u8, close: u8) -> bool {
    let from = dice.below(text.len());
    let find = |from: usize, mark: u8| text.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == mark));
    let Some(start) = find(from, open).map(|at| from + at + 1) else { return false };
    let Some(end) = find(start, close).map(|at| start + at) else { return false };
    let value = ODD[dice.below(ODD.len())].as_bytes();
    if text.len() + value.len() > room {
        return false;
    }
    text.splice(start..end, value.iter().copied());
    true
}
