//! The texts of a part read again, each different one once.

use crate::data::kind::null_word;
use crate::data::number::{parse_decimal, parse_int};
use crate::data::numeral::NumberStyle;
use crate::data::part::{Absent, Part, Values};
use crate::data::spelled::FloatTally;
use crate::data::validity::Validity;

/// Values, the rows that have one, and what stands in the others.
pub type Read<T> = (Vec<T>, Validity, Absent);

/// What a text says.
#[derive(Clone, Copy)]
enum Cell<T> {
    Value(T),
    Word(u8),
}

/// Gathers rows.
struct Rows<T> {
    values: Vec<T>,
    validity: Validity,
    absent: Absent,
}

impl<T: Copy + Default> Rows<T> {
    fn push(&mut self, cell: Option<Cell<T>>) -> Option<()> {
        let (value, absent) = match cell {
            Some(Cell::Value(value)) => (Some(value), self.absent),
            Some(Cell::Word(word)) => (None, self.absent.join(Absent { blank: false, word: Some(word) })?),
            None => (None, self.absent.join(Absent { blank: true, word: None })?),
        };
        self.absent = absent;
        self.values.push(value.unwrap_or_default());
        self.validity.push(value.is_some());
        Some(())
    }
}

/// Reads all texts of a part; `None` when `read` refuses one that is no word for an absent value.
pub fn read<T: Copy + Default>(part: &Part, mut read: impl FnMut(&[u8]) -> Option<T>) -> Option<Read<T>> {
    let mut cell = |text: &[u8]| read(text).map(Cell::Value).or_else(|| null_word(text).map(Cell::Word));
    let mut rows = Rows { values: Vec::with_capacity(part.rows()), validity: Validity::default(), absent: Absent::default() };
    if let Values::Words(codes, words) = &part.values {
        let known: Vec<Cell<T>> = words.iter().map(&mut cell).collect::<Option<_>>()?;
        for (row, code) in codes.iter().enumerate() {
            let cell = if part.validity.get(row) { Some(*known.get(*code as usize)?) } else { None };
            rows.push(cell)?;
        }
    } else {
        let mut alive = Some(());
        part.texts(|text| {
            alive = alive.and_then(|()| match text {
                Some(text) => rows.push(Some(cell(text)?)),
                None => rows.push(None),
            });
        });
        alive?;
    }
    Some((rows.values, rows.validity, rows.absent))
}

/// The numbers of a part: whole ones if all are.
pub fn numbers(part: &Part, style: NumberStyle) -> Option<Part> {
    let mut plain = Vec::new();
    if let Some((values, validity, absent)) = read(part, |text| parse_int(style.plain(text, &mut plain)?)) {
        // Rows without a value say nothing of how numbers are written.
        let values = if validity.nulls() == validity.len() { Values::Nothing } else { Values::Int(values) };
        return Some(part.with(values, validity, absent));
    }
    let mut tally = FloatTally::default();
    let (values, validity, absent) = read(part, |text| {
        let text = style.plain(text, &mut plain)?;
        let number = parse_decimal(text)?;
        tally.add(text, number);
        Some(number.value)
    })?;
    Some(part.with(Values::Float(values, tally), validity, absent))
}
