//! Python's marshal (<https://docs.python.org/3/library/marshal.html>, `Python/marshal.c`): versions 0 to 5, so Python 2.3 up to today's,
//! as far as data goes; code objects are refused.
//!
//! No recursion: what is open is kept in a list of its own.

use super::values::{Value, ValueId, Values};
use crate::profile::error::ProfileError;
use crate::profile::read::Context;

/// Set in the type byte of a value that is referred to later (from version 3 on).
const FLAG: u8 = 0x80;
/// Digits of a long number have so many bits.
const DIGIT_BITS: u32 = 15;

/// A value that is still being filled.
struct Open {
    id: ValueId,
    kind: Kind,
    /// Items still to come; not used of a map, which ends with a mark.
    left: u32,
    /// Its first item in the list of those waiting.
    first: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tuple,
    List,
    Map,
    /// A set or a slice.
    Other,
}

/// What was decoded.
pub(super) struct Decoded<'d> {
    pub(super) values: Values<'d>,
    pub(super) root: ValueId,
    /// Where the data ends before the value does.
    pub(super) cut_at: Option<u64>,
}

struct Decoder<'d, 'c> {
    data: &'d [u8],
    at: usize,
    values: Values<'d>,
    open: Vec<Open>,
    /// Items of what is open.
    waiting: Vec<ValueId>,
    /// What later values refer to.
    seen: Vec<ValueId>,
    /// Texts that later ones refer to, in Python 2.
    interned: Vec<ValueId>,
    context: Context<'c>,
}

/// Why decoding stops.
enum Stop {
    /// The data ends.
    Cut,
    Error(ProfileError),
}

/// Decodes the value that `data` begins with.
pub(super) fn decode<'d>(data: &'d [u8], context: Context<'_>) -> Result<Decoded<'d>, ProfileError> {
    let (open, waiting, seen, interned) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut decoder = Decoder { data, at: 0, values: Values::new(data), open, waiting, seen, interned, context };
    let cut_at = match decoder.run() {
        Ok(()) => None,
        Err(Stop::Cut) => Some(data.len() as u64),
        Err(Stop::Error(error)) => return Err(error),
    };
    while !decoder.open.is_empty() {
        decoder.close().map_err(|stop| decoder.error(stop))?;
    }
    match decoder.waiting.first() {
        Some(&root) => Ok(Decoded { values: decoder.values, root, cut_at }),
        None => Err(context.damaged(0, "it ends before anything that could be read")),
    }
}

impl Decoder<'_, '_> {
    fn run(&mut self) -> Result<(), Stop> {
        loop {
            self.value()?;
            while self.open.last().is_some_and(|open| open.kind != Kind::Map && open.left == 0) {
                self.close()?;
            }
            if self.open.is_empty() {
                return Ok(());
            }
            self.values.check(self.at, self.beside(), &self.context).map_err(Stop::Error)?;
        }
    }

    /// Bytes that are held beside the values.
    fn beside(&self) -> usize {
        self.open.capacity() * size_of::<Open>() + (self.waiting.capacity() + self.seen.capacity() + self.interned.capacity()) * 4
    }

    fn value(&mut self) -> Result<(), Stop> {
        let code = self.byte()?;
        let refer = code & FLAG != 0;
        match code & !FLAG {
            b'0' => self.end_of_map(),
            b'r' => self.known(true),
            b'R' => self.known(false),
            b'(' | b'<' | b'>' | b'[' | b')' | b'{' | b':' => self.begin(code & !FLAG, refer),
            code => {
                let value = self.plain(code)?;
                let id = self.add(value, refer)?;
                if code == b't' {
                    self.interned.push(id);
                }
                self.item(id);
                Ok(())
            }
        }
    }

    /// A value that holds no others.
    fn plain(&mut self, code: u8) -> Result<Value, Stop> {
        Ok(match code {
            b'N' | b'S' | b'.' => Value::Nothing,
            b'F' => Value::Bool(false),
            b'T' => Value::Bool(true),
            b'i' => Value::Int(i64::from(i32::from_le_bytes(self.array()?))),
            b'I' => Value::Int(i64::from_le_bytes(self.array()?)),
            b'l' => Value::Int(self.long()?),
            b'f' => Value::Float(self.float_text()?),
            b'g' => Value::Float(f64::from_le_bytes(self.array()?)),
            b'x' => {
                self.float_text()?;
                self.float_text()?;
                Value::Nothing
            }
            b'y' => {
                self.array::<16>()?;
                Value::Nothing
            }
            b's' | b't' | b'u' | b'a' | b'A' => {
                let len = self.count()?;
                self.text(len as usize)?
            }
            b'z' | b'Z' => {
                let len = self.byte()?;
                self.text(usize::from(len))?
            }
            other => {
                self.at -= 1;
                let problem =
                    format!("“{}” there is no kind of plain data of Python’s marshal", char::from(other).escape_default());
                return Err(Stop::Error(self.context.damaged(self.at as u64, problem)));
            }
        })
    }

    /// Begins a value that holds others.
    fn begin(&mut self, code: u8, refer: bool) -> Result<(), Stop> {
        let (kind, left) = match code {
            b'(' => (Kind::Tuple, self.count()?),
            b')' => (Kind::Tuple, u32::from(self.byte()?)),
            b'[' => (Kind::List, self.count()?),
            b'{' => (Kind::Map, 0),
            b':' => (Kind::Other, 3),
            _ => (Kind::Other, self.count()?),
        };
        let id = self.add(Value::Nothing, refer)?;
        self.item(id);
        self.open.push(Open { id, kind, left, first: self.waiting.len() });
        Ok(())
    }

    /// Ends the value that was begun last.
    fn close(&mut self) -> Result<(), Stop> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let items = self.waiting.get(open.first..).unwrap_or_default();
        let value = match open.kind {
            Kind::Tuple => self.values.tuple(items),
            Kind::List => self.values.list(items).map(Value::List),
            Kind::Map => self.values.list(items).map(Value::Map),
            Kind::Other => Some(Value::Nothing),
        };
        self.waiting.truncate(open.first);
        let value = value.ok_or_else(|| self.full())?;
        self.values.set(open.id, value);
        Ok(())
    }

    fn end_of_map(&mut self) -> Result<(), Stop> {
        if self.open.last().is_none_or(|open| open.kind != Kind::Map) {
            let problem = "the end of a dictionary stands where none is open";
            return Err(Stop::Error(self.context.damaged(self.at as u64 - 1, problem)));
        }
        self.close()
    }

    /// A value that was there before.
    fn known(&mut self, any: bool) -> Result<(), Stop> {
        let at = self.at as u64 - 1;
        let number = self.count()?;
        let known = if any { &self.seen } else { &self.interned };
        let Some(&id) = known.get(number as usize) else {
            let problem = format!("it refers to value {number}, but only {} were there before", known.len());
            return Err(Stop::Error(self.context.damaged(at, problem)));
        };
        self.item(id);
        Ok(())
    }

    fn add(&mut self, value: Value, refer: bool) -> Result<ValueId, Stop> {
        let id = self.values.add(value).ok_or_else(|| self.full())?;
        if refer {
            self.seen.push(id);
        }
        Ok(id)
    }

    /// Makes a value an item of what is open.
    fn item(&mut self, id: ValueId) {
        if let Some(open) = self.open.last_mut() {
            open.left = open.left.saturating_sub(1);
        }
        self.waiting.push(id);
    }

    /// A number of any length, cut to what an `i64` holds: a count of digits with the sign of the number, and the digits, lowest first.
    fn long(&mut self) -> Result<i64, Stop> {
        let count = i32::from_le_bytes(self.array()?);
        let mut sum = 0_i128;
        for nth in 0..count.unsigned_abs() {
            let digit = i128::from(u16::from_le_bytes(self.array()?));
            // Digits beyond the fifth are beyond an i64 unless they are 0.
            let shifted = if nth < 8 { digit << (nth * DIGIT_BITS) } else { digit.signum() << 100 };
            sum = sum.saturating_add(shifted);
        }
        let signed = if count < 0 { -sum } else { sum };
        Ok(signed.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }

    fn float_text(&mut self) -> Result<f64, Stop> {
        let len = usize::from(self.byte()?);
        let text = std::str::from_utf8(self.take(len)?).unwrap_or_default();
        Ok(text.trim().parse().unwrap_or(f64::NAN))
    }

    fn text(&mut self, len: usize) -> Result<Value, Stop> {
        let start = self.at;
        self.take(len)?;
        Values::text_at(start, len).ok_or_else(|| self.full())
    }

    fn count(&mut self) -> Result<u32, Stop> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn byte(&mut self) -> Result<u8, Stop> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let array = self.data.get(self.at..).and_then(|rest| rest.first_chunk()).copied().ok_or(Stop::Cut)?;
        self.at += N;
        Ok(array)
    }

    fn take(&mut self, len: usize) -> Result<&[u8], Stop> {
        let end = self.at.checked_add(len).ok_or(Stop::Cut)?;
        let taken = self.data.get(self.at..end).ok_or(Stop::Cut)?;
        self.at = end;
        Ok(taken)
    }

    fn full(&self) -> Stop {
        Stop::Error(self.context.too_large(self.context.place(self.at as u64)))
    }

    fn error(&self, stop: Stop) -> ProfileError {
        match stop {
            Stop::Cut => self.context.damaged(self.at as u64, "the data ends there"),
            Stop::Error(error) => error,
        }
    }
}
