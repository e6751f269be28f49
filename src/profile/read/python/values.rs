//! Values of Python as plain data, as marshal and pickle hold them. Nothing is ever called: of an object there is its state.
//!
//! Values live in tables and name each other by row, so that values that hold themselves do no harm, and a value that the file refers
//! to a million times is there once.

use crate::profile::error::ProfileError;
use crate::profile::model::StringId;
use crate::profile::read::Context;

/// A row of [`Values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ValueId(u32);

/// A stretch of the file, or of the table of items.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    start: u32,
    len: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    /// `None`, a class or function, and whatever no profile holds: sets, complex numbers, slices.
    Nothing,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Text or bytes, as they stand in the file.
    Text(Span),
    Tuple(Span),
    /// Row of the lists.
    List(u32),
    /// Row of the lists: keys and values by turns.
    Map(u32),
    /// An object, of which only the state is kept. Row of the states.
    Object(u32),
}

/// All values of a file.
pub(super) struct Values<'d> {
    data: &'d [u8],
    rows: Vec<Value>,
    /// Items of all tuples.
    items: Vec<ValueId>,
    lists: Vec<Vec<ValueId>>,
    states: Vec<ValueId>,
    list_items: usize,
}

/// After so many values the cancel flag and the memory are looked at.
const BATCH: usize = 4096;

impl<'d> Values<'d> {
    /// None yet. `data` is the whole file.
    pub(super) fn new(data: &'d [u8]) -> Self {
        Self { data, rows: Vec::new(), items: Vec::new(), lists: Vec::new(), states: Vec::new(), list_items: 0 }
    }

    /// Adds a value. `None` when there are 4 billion.
    pub(super) fn add(&mut self, value: Value) -> Option<ValueId> {
        let id = u32::try_from(self.rows.len()).ok()?;
        self.rows.push(value);
        Some(ValueId(id))
    }

    /// Puts another value into a row.
    pub(super) fn set(&mut self, id: ValueId, value: Value) {
        if let Some(row) = self.rows.get_mut(id.0 as usize) {
            *row = value;
        }
    }

    /// A tuple of these.
    pub(super) fn tuple(&mut self, items: &[ValueId]) -> Option<Value> {
        let span = Span { start: u32::try_from(self.items.len()).ok()?, len: u32::try_from(items.len()).ok()? };
        self.items.extend_from_slice(items);
        Some(Value::Tuple(span))
    }

    /// Row of a new list, for [`Value::List`] and [`Value::Map`].
    pub(super) fn list(&mut self, items: &[ValueId]) -> Option<u32> {
        let row = u32::try_from(self.lists.len()).ok()?;
        self.lists.push(items.to_vec());
        self.list_items += items.len();
        Some(row)
    }

    /// An object; `state` stands for its state until it is told.
    pub(super) fn object(&mut self, state: ValueId) -> Option<Value> {
        let row = u32::try_from(self.states.len()).ok()?;
        self.states.push(state);
        Some(Value::Object(row))
    }

    /// Gives an object its state; adds items to a list or a map.
    pub(super) fn extend(&mut self, id: ValueId, items: &[ValueId]) {
        match self.get(id) {
            Value::List(row) | Value::Map(row) => {
                if let Some(list) = self.lists.get_mut(row as usize) {
                    list.extend_from_slice(items);
                    self.list_items += items.len();
                }
            }
            Value::Object(row) => {
                if let (Some(known), Some(&state)) = (self.states.get_mut(row as usize), items.last()) {
                    *known = state;
                }
            }
            _ => {}
        }
    }

    /// Text from `start` on in the file.
    pub(super) fn text_at(start: usize, len: usize) -> Option<Value> {
        Some(Value::Text(Span { start: u32::try_from(start).ok()?, len: u32::try_from(len).ok()? }))
    }

    pub(super) fn get(&self, id: ValueId) -> Value {
        self.rows.get(id.0 as usize).copied().unwrap_or(Value::Nothing)
    }

    /// Items of a tuple or list; none of anything else.
    pub(super) fn items(&self, id: ValueId) -> &[ValueId] {
        match self.get(id) {
            Value::Tuple(span) => {
                let start = span.start as usize;
                self.items.get(start..start + span.len as usize).unwrap_or_default()
            }
            Value::List(row) => self.lists.get(row as usize).map(Vec::as_slice).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Keys and values of a map, in the order of the file; none of anything else.
    pub(super) fn entries(&self, id: ValueId) -> impl Iterator<Item = (ValueId, ValueId)> {
        let list = match self.get(id) {
            Value::Map(row) => self.lists.get(row as usize).map(Vec::as_slice).unwrap_or_default(),
            _ => &[],
        };
        list.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)))
    }

    /// The value of a text key of a map, or of an object's state.
    pub(super) fn field(&self, id: ValueId, name: &str) -> Option<ValueId> {
        let map = match self.get(id) {
            Value::Object(row) => *self.states.get(row as usize)?,
            _ => id,
        };
        // A key that is there twice has the last value, as in Python.
        let found = self.entries(map).filter(|(key, _)| self.text(*key) == Some(name.as_bytes()));
        found.last().map(|(_, value)| value)
    }

    /// The bytes of a text.
    pub(super) fn text(&self, id: ValueId) -> Option<&'d [u8]> {
        let Value::Text(span) = self.get(id) else { return None };
        let start = span.start as usize;
        self.data.get(start..start + span.len as usize)
    }

    /// Where a text begins in the file.
    pub(super) fn place(&self, id: ValueId) -> Option<u64> {
        let Value::Text(span) = self.get(id) else { return None };
        Some(u64::from(span.start))
    }

    /// A whole number.
    pub(super) fn int(&self, id: ValueId) -> Option<i64> {
        match self.get(id) {
            Value::Int(number) => Some(number),
            Value::Bool(is) => Some(i64::from(is)),
            _ => None,
        }
    }

    /// A number of either kind.
    pub(super) fn number(&self, id: ValueId) -> Option<f64> {
        match self.get(id) {
            Value::Float(number) => Some(number),
            _ => self.int(id).map(|number| number as f64),
        }
    }

    /// Looks now and then at the cancel flag and the memory, `beside` bytes of the reader included.
    pub(super) fn check(&self, at: usize, beside: usize, context: &Context<'_>) -> Result<(), ProfileError> {
        if !self.rows.len().is_multiple_of(BATCH) {
            return Ok(());
        }
        context.cancel.check()?;
        if (self.memory_bytes() + beside) as u64 > context.limits.table_bytes {
            return Err(context.too_large(context.place(at as u64)));
        }
        Ok(())
    }

    /// Bytes held.
    pub(super) fn memory_bytes(&self) -> usize {
        self.rows.capacity() * size_of::<Value>()
            + (self.items.capacity() + self.list_items * 2) * 4
            + self.lists.capacity() * size_of::<Vec<ValueId>>()
            + self.states.capacity() * 4
    }
}

/// A line number; 0 when it is none.
pub(super) fn line(number: Option<i64>) -> u32 {
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
}

/// Seconds as nanoseconds, rounded to the nearest; cut to what an `i64` holds (a cast of a float does that), 0 when it is no number.
pub(super) fn nanoseconds(seconds: f64) -> i64 {
    (seconds * 1e9).round() as i64
}

/// Text that stands for nothing.
pub(super) const NO_TEXT: StringId = StringId(0);

/// A number in two's complement, little end first, of any length; cut to what an `i64` holds.
pub(super) fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.last().is_some_and(|&last| last >= 0x80);
    let fill = if negative { 0xff } else { 0 };
    let (low, high) = bytes.split_at(bytes.len().min(8));
    let mut wide = [fill; 8];
    wide.iter_mut().zip(low).for_each(|(to, from)| *to = *from);
    let number = i64::from_le_bytes(wide);
    let fits = high.iter().all(|&byte| byte == fill) && (number < 0) == negative;
    match (fits, negative) {
        (true, _) => number,
        (false, true) => i64::MIN,
        (false, false) => i64::MAX,
    }
}
