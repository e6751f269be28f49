//! Changes to text made of lines: lines go, come twice or change places, numbers become odd ones.

use crate::mutate::{Dice, ODD_NUMBERS};

/// Changes the text once; gives false when it found no place to.
pub fn change(text: &mut Vec<u8>, room: usize, dice: &mut Dice) -> bool {
    match dice.below(5) {
        0 => remove(text, dice),
        1 => repeat(text, room, dice),
        2 => set_word(text, room, dice),
        _ => set_number(text, room, dice),
    }
}

/// Where one to four lines near a random place begin and end.
fn lines(text: &[u8], dice: &mut Dice) -> (usize, usize) {
    let from = dice.below(text.len());
    let start = text[..from].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let ends = text.iter().enumerate().skip(start).filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    (start, ends.take(1 + dice.below(4)).last().unwrap_or(text.len()))
}

fn remove(text: &mut Vec<u8>, dice: &mut Dice) -> bool {
    let (start, end) = lines(text, dice);
    text.drain(start..end);
    true
}

fn repeat(text: &mut Vec<u8>, room: usize, dice: &mut Dice) -> bool {
    let ((start, end), (place, _)) = (lines(text, dice), lines(text, dice));
    if text.len() + end - start > room {
        return false;
    }
    let copy = text[start..end].to_vec();
    text.splice(place..place, copy);
    true
}

/// A run of bytes that `is` accepts, near a random place.
fn run(text: &[u8], dice: &mut Dice, is: fn(&u8) -> bool) -> Option<(usize, usize)> {
    let from = dice.below(text.len());
    let start = from + text.get(from..)?.iter().position(is)?;
    let length = text[start..].iter().take_while(|byte| is(byte)).count();
    Some((start, start + length))
}

fn set_number(text: &mut Vec<u8>, room: usize, dice: &mut Dice) -> bool {
    let Some((start, end)) = run(text, dice, u8::is_ascii_digit) else { return false };
    let odd = ODD_NUMBERS[dice.below(ODD_NUMBERS.len())];
    if text.len() + odd.len() > room {
        return false;
    }
    text.splice(start..end, odd.bytes());
    true
}

/// Puts one word into the place of another.
fn set_word(text: &mut Vec<u8>, room: usize, dice: &mut Dice) -> bool {
    let is_word: fn(&u8) -> bool = |byte| !byte.is_ascii_whitespace();
    let (Some((start, end)), Some((from, to))) = (run(text, dice, is_word), run(text, dice, is_word)) else { return false };
    let copy = text[from..to].to_vec();
    if text.len() + copy.len() > room {
        return false;
    }
    text.splice(start..end, copy);
    true
}
