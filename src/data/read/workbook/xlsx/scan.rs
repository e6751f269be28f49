//! Cells of a piece of a sheet: rows in the plain form in which nearly all programs write them. All else is left to the careful reader.

use calamine::{CellErrorType, DataRef};

use super::super::{MAX_COLUMNS, MAX_ROWS};
use super::cursor::{Cursor, digits, place};
use super::numbers::number;
use super::pieces::Stop;
use super::texts::{Texts, cooked, text_tag, trimmed};

/// What a cell holds.
pub enum Value<'a> {
    /// Text, or a number in its one spelling, as it stands in the piece.
    Here {
        /// Its place in the piece.
        start: usize,
        /// The letters there.
        text: &'a str,
        /// It is a number.
        typed: bool,
    },
    /// Text from elsewhere.
    Text(&'a str),
    /// Anything else.
    Other(DataRef<'static>),
}

/// What the numbers of a style are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Numbers.
    #[default]
    Plain,
    /// Days and moments.
    Moment,
    /// Spans of time.
    Duration,
}

/// What cells refer to.
#[derive(Default)]
pub struct Lookup {
    /// Shared texts.
    pub texts: Texts,
    /// Styles by number; those beyond are plain.
    pub styles: Vec<Style>,
    /// Days are counted from 1904.
    pub from_1904: bool,
}

/// The `t` of a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Formula,
    Inline,
    Bool,
    Error,
    Date,
}

/// Takes a piece apart; `take` gets row, column and value of each cell that has one, in order.
///
/// # Errors
/// When the piece is not of the plain form, and when `take` refuses.
pub fn scan(piece: &[u8], lookup: &Lookup, take: &mut impl FnMut(u32, u32, Value<'_>) -> Result<(), Stop>) -> Result<(), Stop> {
    let text = std::str::from_utf8(piece).map_err(|_| Stop::Odd)?;
    let mut rows = Rows { text, xml: Cursor::new(piece), lookup };
    let mut before = None;
    loop {
        rows.xml.skip_blanks();
        if rows.xml.is_empty() {
            return Ok(());
        }
        if rows.xml.eat(b"</sheetData>") {
            return if rows.xml.is_empty() { Ok(()) } else { Err(Stop::Odd) };
        }
        let row = rows.row(take)?;
        if before.replace(row) >= Some(row) {
            return Err(Stop::Odd);
        }
    }
}

struct Rows<'a> {
    text: &'a str,
    xml: Cursor<'a>,
    lookup: &'a Lookup,
}

impl<'a> Rows<'a> {
    /// Goes over a row; its number, the first being 0.
    fn row(&mut self, take: &mut impl FnMut(u32, u32, Value<'_>) -> Result<(), Stop>) -> Result<u32, Stop> {
        self.expect(b"<row ")?;
        let mut number = None;
        while let Some((name, value)) = self.xml.attribute() {
            if name == b"r" && number.replace(value).is_some() {
                return Err(Stop::Odd);
            }
        }
        let written = number.ok_or(Stop::Odd)?;
        let row = row_number(written).ok_or(Stop::Odd)?;
        if self.xml.eat(b"/>") {
            return Ok(row);
        }
        self.expect(b">")?;
        let mut free = 0;
        loop {
            self.xml.skip_blanks();
            if self.xml.eat(b"</row>") {
                return Ok(row);
            }
            let (column, value) = self.cell(written)?;
            if column < free || column >= MAX_COLUMNS {
                return Err(Stop::Odd);
            }
            free = column + 1;
            match value {
                Some(Cooked::As(value)) => take(row, column, value)?,
                Some(Cooked::Anew(text)) => take(row, column, Value::Text(&text))?,
                None => {}
            }
        }
    }

    /// Reads a cell; its column, and its value unless it is blank.
    #[inline]
    fn cell(&mut self, row: &[u8]) -> Result<(u32, Option<Cooked<'a>>), Stop> {
        self.expect(b"<c ")?;
        let (mut at, mut style, mut kind) = (None, None, None);
        while let Some((name, value)) = self.xml.attribute() {
            match name {
                b"r" if at.is_none() => at = place(value),
                b"s" if style.is_none() => style = Some(self.style(value)?),
                b"t" if kind.is_none() => kind = Some(kind_of(value)?),
                b"r" | b"s" | b"t" => return Err(Stop::Odd),
                _ => {}
            }
        }
        let (style, kind) = (style.unwrap_or_default(), kind.unwrap_or(Kind::Number));
        let (written, column) = at.ok_or(Stop::Odd)?;
        if written != row {
            return Err(Stop::Odd);
        }
        if self.xml.eat(b"/>") {
            return Ok((column, None));
        }
        self.expect(b">")?;
        if self.xml.eat(b"</c>") {
            return Ok((column, None));
        }
        if self.xml.peek() == b'<' && self.xml.rest().get(1) == Some(&b'f') {
            self.formula()?;
        }
        let value = if kind == Kind::Inline { self.inline()? } else { self.value(kind, style)? };
        self.expect(b"</c>")?;
        Ok((column, value))
    }

    fn style(&self, number: &[u8]) -> Result<Style, Stop> {
        let number = digits(number).ok_or(Stop::Odd)? as usize;
        Ok(self.lookup.styles.get(number).copied().unwrap_or_default())
    }

    /// Passes over a formula; its value comes after it.
    fn formula(&mut self) -> Result<(), Stop> {
        self.expect(b"<f")?;
        while self.xml.attribute().is_some() {}
        if self.xml.eat(b"/>") {
            return Ok(());
        }
        self.expect(b">")?;
        self.xml.until_tag();
        self.expect(b"</f>")
    }

    /// The text in the cell itself.
    fn inline(&mut self) -> Result<Option<Cooked<'a>>, Stop> {
        self.expect(b"<is>")?;
        let preserve = text_tag(&mut self.xml).ok_or(Stop::Odd)?;
        let (start, text) = self.content()?;
        self.expect(b"</t></is>")?;
        cook(start, text, !preserve).map(Some)
    }

    /// What stands between `<v>` and `</v>`.
    fn value(&mut self, kind: Kind, style: Style) -> Result<Option<Cooked<'a>>, Stop> {
        if self.xml.rest().starts_with(b"</c>") {
            return Ok(None);
        }
        let spoken = matches!(kind, Kind::Formula | Kind::Date);
        if !spoken && (self.xml.eat(b"<v/>") || self.xml.eat(b"<v />")) {
            return Ok(None);
        }
        self.expect(b"<v>")?;
        let (start, text) = self.content()?;
        self.expect(b"</v>")?;
        if text.is_empty() && !spoken {
            return Ok(None);
        }
        let value = match kind {
            Kind::Number => number(start, text, style, self.lookup.from_1904)?,
            Kind::Shared => {
                let number = digits(text.as_bytes()).ok_or(Stop::Odd)?;
                Value::Text(self.lookup.texts.get(number as usize).ok_or(Stop::Odd)?)
            }
            Kind::Formula => return cook(start, text, false).map(Some),
            Kind::Bool => match text {
                "0" => Value::Other(DataRef::Bool(false)),
                "1" => Value::Other(DataRef::Bool(true)),
                _ => return Err(Stop::Odd),
            },
            Kind::Error => Value::Other(DataRef::Error(error(text)?)),
            Kind::Date => match cooked(text, false)? {
                None => Value::Other(DataRef::DateTimeIso(text.to_owned())),
                Some(_) => return Err(Stop::Odd),
            },
            Kind::Inline => return Err(Stop::Odd),
        };
        Ok(Some(Cooked::As(value)))
    }

    /// All up to the next tag, and where it stands.
    #[inline]
    fn content(&mut self) -> Result<(usize, &'a str), Stop> {
        let start = self.xml.place();
        self.xml.until_tag();
        self.text.get(start..self.xml.place()).map(|text| (start, text)).ok_or(Stop::Odd)
    }

    #[inline]
    fn expect(&mut self, mark: &[u8]) -> Result<(), Stop> {
        if self.xml.eat(mark) { Ok(()) } else { Err(Stop::Odd) }
    }
}

/// A value as it stands, or a text made of what stands there.
enum Cooked<'a> {
    As(Value<'a>),
    Anew(String),
}

fn cook(start: usize, text: &str, trim: bool) -> Result<Cooked<'_>, Stop> {
    if let Some(text) = cooked(text, trim)? {
        return Ok(Cooked::Anew(text));
    }
    let kept = if trim { trimmed(text) } else { text };
    // What was cut off before it; of blanks alone nothing is kept, and where nothing stands does not matter.
    let start = start + if kept.len() == text.len() { 0 } else { text.find(kept).unwrap_or_default() };
    Ok(Cooked::As(Value::Here { start, text: kept, typed: false }))
}

fn row_number(text: &[u8]) -> Option<u32> {
    digits(text)?.checked_sub(1).filter(|row| *row < MAX_ROWS)
}

fn kind_of(name: &[u8]) -> Result<Kind, Stop> {
    Ok(match name {
        b"n" => Kind::Number,
        b"s" => Kind::Shared,
        b"str" => Kind::Formula,
        b"inlineStr" => Kind::Inline,
        b"b" => Kind::Bool,
        b"e" => Kind::Error,
        b"d" => Kind::Date,
        _ => return Err(Stop::Odd),
    })
}

fn error(name: &str) -> Result<CellErrorType, Stop> {
    Ok(match name {
        "#DIV/0!" => CellErrorType::Div0,
        "#N/A" => CellErrorType::NA,
        "#NAME?" => CellErrorType::Name,
        "#NULL!" => CellErrorType::Null,
        "#NUM!" => CellErrorType::Num,
        "#REF!" => CellErrorType::Ref,
        "#VALUE!" => CellErrorType::Value,
        _ => return Err(Stop::Odd),
    })
}
