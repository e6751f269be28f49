//! A part of a sheet, written as Excel writes it: `B2:F100`.

use std::fmt;
use std::str::FromStr;

/// Rows and columns that a sheet can have.
const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: u32 = 16_384;

/// A rectangle of cells. Rows and columns are counted from 0; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Area {
    first: (u32, u32),
    last: (u32, u32),
}

impl Area {
    /// Whether the cell in this row and column belongs to it.
    pub fn holds(&self, row: u32, column: u32) -> bool {
        (self.first.0..=self.last.0).contains(&row) && (self.first.1..=self.last.1).contains(&column)
    }

    /// Whether all of its rows are before this one.
    pub fn ends_before(&self, row: u32) -> bool {
        self.last.0 < row
    }

    /// What of a rectangle, given by its first and last cell, belongs to it; `None` when nothing does.
    pub fn of(&self, (first, last): ((u32, u32), (u32, u32))) -> Option<((u32, u32), (u32, u32))> {
        let first = (first.0.max(self.first.0), first.1.max(self.first.1));
        let last = (last.0.min(self.last.0), last.1.min(self.last.1));
        (first.0 <= last.0 && first.1 <= last.1).then_some((first, last))
    }
}

impl FromStr for Area {
    type Err = String;

    /// Reads `B2:F100`, whole columns (`B:F`), whole rows (`2:100`) and one cell; small letters and `$` are let pass.
    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("“{text}” is no range of cells; write it as B2:F100, B:F or 2:100");
        let plain = text.trim().replace('$', "");
        let (first, last) = plain.split_once(':').unwrap_or((&plain, &plain));
        let (first, last) = (corner(first).ok_or_else(refused)?, corner(last).ok_or_else(refused)?);
        // Half a corner means all of the other direction, and has to be half on both sides.
        if first.0.is_some() != last.0.is_some() || first.1.is_some() != last.1.is_some() {
            return Err(refused());
        }
        let ends = |one: Option<u32>, other: Option<u32>, most: u32| match (one, other) {
            (Some(one), Some(other)) => (one.min(other), one.max(other)),
            _ => (0, most - 1),
        };
        let (rows, columns) = (ends(first.0, last.0, MAX_ROWS), ends(first.1, last.1, MAX_COLUMNS));
        Ok(Self { first: (rows.0, columns.0), last: (rows.1, columns.1) })
    }
}

impl fmt::Display for Area {
    /// As it is written in Excel.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, columns) = ((self.first.0 + 1, self.last.0 + 1), (letters(self.first.1), letters(self.last.1)));
        if (rows.0, rows.1) == (1, MAX_ROWS) {
            return write!(f, "{}:{}", columns.0, columns.1);
        }
        if (self.first.1, self.last.1) == (0, MAX_COLUMNS - 1) {
            return write!(f, "{}:{}", rows.0, rows.1);
        }
        write!(f, "{}{}:{}{}", columns.0, rows.0, columns.1, rows.1)
    }
}

/// Row and column of `B2`; one of them for `B` and `2`. `None` for what is neither, or lies outside of any sheet.
fn corner(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    let text = text.trim();
    let split = text.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(text.len());
    let (letters, digits) = text.split_at(split);
    if letters.len() > 3 || digits.len() > 7 || text.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number = |number: u32, letter: u8| number * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = (!letters.is_empty()).then(|| letters.bytes().fold(0, number));
    let row = if digits.is_empty() { None } else { Some(digits.parse::<u32>().ok()?) };
    let place = |number: Option<u32>, most: u32| match number {
        Some(number) => (1..=most).contains(&number).then(|| Some(number - 1)),
        None => Some(None),
    };
    Some((place(row, MAX_ROWS)?, place(column, MAX_COLUMNS)?))
}

/// `A`, `Z`, `AA` … of the column of this number, from 0.
fn letters(column: u32) -> String {
    let (mut rest, mut text) = (column + 1, Vec::new());
    while rest > 0 {
        text.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    text.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_and_written() {
        for (text, shown) in [
            ("B2:F100", "B2:F100"),
            (" $f$100:$b$2 ", "B2:F100"),
            ("F2:B100", "B2:F100"),
            ("C3", "C3:C3"),
            ("b:aa", "B:AA"),
            ("2:100", "2:100"),
            ("A1:XFD1048576", "A:XFD"),
            ("XFD1", "XFD1:XFD1"),
        ] {
            assert_eq!(text.parse::<Area>().map(|area| area.to_string()), Ok(shown.to_owned()), "{text}");
        }
        for text in ["", ":", "B2:", "B2:F", "B:2", "XFE1", "A0", "A1048577", "B-2", "2B", "AAAA1", "A1:B2:C3", "Sheet!A1", "é1"] {
            assert!(text.parse::<Area>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_belongs_to_a_range() {
        let area: Area = "B2:C3".parse().expect("a range");
        let inside: Vec<(u32, u32)> = (0..4)
            .flat_map(|row| (0..4).map(move |column| (row, column)))
            .filter(|&(row, column)| area.holds(row, column))
            .collect();
        assert_eq!(inside, [(1, 1), (1, 2), (2, 1), (2, 2)]);
        assert_eq!((area.ends_before(2), area.ends_before(3)), (false, true));
        assert_eq!(area.of(((0, 2), (9, 9))), Some(((1, 2), (2, 2))));
        assert_eq!(area.of(((5, 0), (9, 9))), None);
    }
}
