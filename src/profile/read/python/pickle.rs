//! Python's pickle (<https://docs.python.org/3/library/pickletools.html>, `Lib/pickletools.py`), protocols 2 to 5, taken apart as data.
//!
//! A pickle is a program for a small machine with a stack and a memo, and Python's own machine calls whatever the program names. This
//! one calls nothing: what would be made by a call is an object that has nothing but its state. Instructions that no profile has are
//! refused.

use std::collections::BTreeMap;

use super::values::{Value, ValueId, Values, integer};
use crate::profile::error::ProfileError;
use crate::profile::read::Context;

/// First byte of every pickle of protocol 2 and later.
pub(super) const PROTOCOL: u8 = 0x80;

struct Machine<'d, 'c> {
    data: &'d [u8],
    at: usize,
    values: Values<'d>,
    stack: Vec<ValueId>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: Vec<ValueId>,
    /// The memo where the numbers do not follow each other.
    far_memo: BTreeMap<u32, ValueId>,
    context: Context<'c>,
}

/// Decodes the pickle that `data` begins with: its values and the row of the last.
pub(super) fn decode<'d>(data: &'d [u8], context: Context<'_>) -> Result<(Values<'d>, ValueId), ProfileError> {
    let (stack, marks, memo, far_memo) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new());
    let mut machine = Machine { data, at: 0, values: Values::new(data), stack, marks, memo, far_memo, context };
    while machine.step()? {
        machine.values.check(machine.at, machine.beside(), &context)?;
    }
    let root = machine.pop()?;
    Ok((machine.values, root))
}

impl Machine<'_, '_> {
    /// Runs one instruction; false at the end.
    fn step(&mut self) -> Result<bool, ProfileError> {
        let code = self.byte()?;
        match code {
            b'.' => return Ok(false),
            // Protocol and frame: nothing to do.
            PROTOCOL => drop(self.byte()?),
            0x95 => drop(self.array::<8>()?),
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'1' => drop(self.since_mark()?),
            b'2' => self.again()?,
            b'q' | b'r' | 0x94 => self.put(code)?,
            b'h' | b'j' => self.recall(code)?,
            b')' | b't' | 0x85..=0x87 => self.tuple(code)?,
            b']' | b'}' | b'l' | b'd' => self.list(code)?,
            b'a' => self.extend(1)?,
            b's' => self.extend(2)?,
            b'e' | b'u' => self.extend_all()?,
            0x8f..=0x91 => self.set(code)?,
            b'c' | 0x93 => self.class(code)?,
            b'R' | 0x81 | 0x92 => self.object(code)?,
            b'b' => self.extend(1)?,
            code => self.plain(code)?,
        }
        Ok(true)
    }

    /// Bytes that are held beside the values.
    fn beside(&self) -> usize {
        (self.stack.capacity() + self.memo.capacity()) * 4 + self.marks.capacity() * 8 + self.far_memo.len() * 32
    }

    /// A value that holds no others.
    fn plain(&mut self, code: u8) -> Result<(), ProfileError> {
        let value = match code {
            b'N' => Value::Nothing,
            0x88 => Value::Bool(true),
            0x89 => Value::Bool(false),
            b'K' => Value::Int(i64::from(self.byte()?)),
            b'M' => Value::Int(i64::from(u16::from_le_bytes(self.array()?))),
            b'J' => Value::Int(i64::from(i32::from_le_bytes(self.array()?))),
            b'G' => Value::Float(f64::from_be_bytes(self.array()?)),
            0x8a | 0x8b => {
                let len = if code == 0x8a { u64::from(self.byte()?) } else { self.count()? };
                Value::Int(integer(self.take(len)?))
            }
            b'U' | b'C' | 0x8c => {
                let len = u64::from(self.byte()?);
                self.text(len)?
            }
            b'T' | b'B' | b'X' => {
                let len = self.count()?;
                self.text(len)?
            }
            0x8d | 0x8e | 0x96 => {
                let len = u64::from_le_bytes(self.array()?);
                self.text(len)?
            }
            other => {
                let problem = format!("instruction {other:#04x} of Python’s pickle is in no profile and is not followed");
                return Err(self.context.damaged(self.at as u64 - 1, problem));
            }
        };
        self.push(value)
    }

    fn tuple(&mut self, code: u8) -> Result<(), ProfileError> {
        let start = match code {
            b't' => self.mark()?,
            b')' => self.stack.len(),
            few => self.below(usize::from(few.saturating_sub(0x84)))?,
        };
        let value = self.values.tuple(self.stack.get(start..).unwrap_or_default()).ok_or_else(|| self.full())?;
        self.stack.truncate(start);
        self.push(value)
    }

    fn list(&mut self, code: u8) -> Result<(), ProfileError> {
        let items = if matches!(code, b'l' | b'd') { self.since_mark()? } else { Vec::new() };
        let row = self.values.list(&items).ok_or_else(|| self.full())?;
        self.push(if matches!(code, b']' | b'l') { Value::List(row) } else { Value::Map(row) })
    }

    /// Sets are in no profile; what they hold is let go.
    fn set(&mut self, code: u8) -> Result<(), ProfileError> {
        if code != 0x8f {
            self.since_mark()?;
        }
        if code == 0x90 { Ok(()) } else { self.push(Value::Nothing) }
    }

    /// A class or function: two texts, in lines or on the stack. What it is does not matter, for it is never used.
    fn class(&mut self, code: u8) -> Result<(), ProfileError> {
        if code == b'c' {
            for _ in 0..2 {
                let rest = self.data.get(self.at..).unwrap_or_default();
                let len = memchr::memchr(b'\n', rest).ok_or_else(|| self.cut())?;
                let text = self.text(len as u64)?;
                self.at += 1;
                self.push(text)?;
            }
        }
        for _ in 0..2 {
            self.pop()?;
        }
        self.push(Value::Nothing)
    }

    /// What would be made by a call: an object whose state comes later; until then it is what the call is given.
    fn object(&mut self, code: u8) -> Result<(), ProfileError> {
        if code == 0x92 {
            self.pop()?;
        }
        let arguments = self.pop()?;
        self.pop()?;
        let object = self.values.object(arguments).ok_or_else(|| self.full())?;
        self.push(object)
    }

    /// Adds the last values to the one before them.
    fn extend(&mut self, count: usize) -> Result<(), ProfileError> {
        let items = self.last(count)?;
        let target = self.top()?;
        self.values.extend(target, &items);
        Ok(())
    }

    fn extend_all(&mut self) -> Result<(), ProfileError> {
        let items = self.since_mark()?;
        let target = self.top()?;
        self.values.extend(target, &items);
        Ok(())
    }

    fn again(&mut self) -> Result<(), ProfileError> {
        let top = self.top()?;
        self.stack.push(top);
        Ok(())
    }

    /// Remembers the last value under a number.
    fn put(&mut self, code: u8) -> Result<(), ProfileError> {
        let number = match code {
            b'q' => u32::from(self.byte()?),
            b'r' => u32::from_le_bytes(self.array()?),
            _ => self.memo.len() as u32,
        };
        let value = self.top()?;
        let next = self.memo.len();
        match self.memo.get_mut(number as usize) {
            Some(known) => *known = value,
            None if number as usize == next => self.memo.push(value),
            None => drop(self.far_memo.insert(number, value)),
        }
        Ok(())
    }

    fn recall(&mut self, code: u8) -> Result<(), ProfileError> {
        let at = self.at as u64 - 1;
        let number = if code == b'h' { u32::from(self.byte()?) } else { u32::from_le_bytes(self.array()?) };
        let known = self.memo.get(number as usize).or_else(|| self.far_memo.get(&number)).copied();
        let Some(id) = known else {
            return Err(self.context.damaged(at, format!("it refers to value {number}, which was not there before")));
        };
        self.stack.push(id);
        Ok(())
    }

    fn push(&mut self, value: Value) -> Result<(), ProfileError> {
        let id = self.values.add(value).ok_or_else(|| self.full())?;
        self.stack.push(id);
        Ok(())
    }

    /// The last value; not one from before the last mark.
    fn pop(&mut self) -> Result<ValueId, ProfileError> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn top(&self) -> Result<ValueId, ProfileError> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let top = self.stack.get(floor..).unwrap_or_default().last();
        top.copied().ok_or_else(|| self.missing())
    }

    fn last(&mut self, count: usize) -> Result<Vec<ValueId>, ProfileError> {
        let start = self.below(count)?;
        Ok(self.stack.split_off(start))
    }

    fn since_mark(&mut self) -> Result<Vec<ValueId>, ProfileError> {
        let start = self.mark()?;
        Ok(self.stack.split_off(start))
    }

    /// Height of the stack below so many values.
    fn below(&self, count: usize) -> Result<usize, ProfileError> {
        let floor = self.marks.last().copied().unwrap_or(0);
        self.stack.len().checked_sub(count).filter(|&start| start >= floor).ok_or_else(|| self.missing())
    }

    /// Height of the stack at the last mark, which is taken away.
    fn mark(&mut self) -> Result<usize, ProfileError> {
        self.marks.pop().filter(|&start| start <= self.stack.len()).ok_or_else(|| self.missing())
    }

    fn text(&mut self, len: u64) -> Result<Value, ProfileError> {
        let start = self.at;
        self.take(len)?;
        Values::text_at(start, self.at - start).ok_or_else(|| self.full())
    }

    fn count(&mut self) -> Result<u64, ProfileError> {
        Ok(u64::from(u32::from_le_bytes(self.array()?)))
    }

    fn byte(&mut self) -> Result<u8, ProfileError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ProfileError> {
        let array = self.data.get(self.at..).and_then(|rest| rest.first_chunk()).copied().ok_or_else(|| self.cut())?;
        self.at += N;
        Ok(array)
    }

    fn take(&mut self, len: u64) -> Result<&[u8], ProfileError> {
        let end = usize::try_from(len).ok().and_then(|len| self.at.checked_add(len)).filter(|&end| end <= self.data.len());
        let Some(end) = end else { return Err(self.cut()) };
        let taken = self.data.get(self.at..end).unwrap_or_default();
        self.at = end;
        Ok(taken)
    }

    fn cut(&self) -> ProfileError {
        self.context.damaged(self.data.len() as u64, "the data ends there, in the middle of a pickle")
    }

    fn missing(&self) -> ProfileError {
        self.context.damaged(self.at as u64 - 1, "an instruction of the pickle there needs a value that is not there")
    }

    fn full(&self) -> ProfileError {
        self.context.too_large(self.context.place(self.at as u64))
    }
}
