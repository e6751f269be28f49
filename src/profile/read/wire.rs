//! Protocol-buffer wire format (<https://protobuf.dev/programming-guides/encoding/>), as far as profiles need it: varints and
//! length-delimited fields; fixed-width fields are skipped; groups, gone since proto2, are refused.

use crate::profile::error::ProfileError;

/// What is wrong, and at which byte of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: u64,
    pub(super) problem: String,
    /// Nothing is wrong, but the tables would grow beyond their limit.
    pub(super) too_large: bool,
}

impl Fault {
    pub(super) fn too_large(at: usize) -> Self {
        Self { at: at as u64, problem: String::new(), too_large: true }
    }

    pub(super) fn new(at: usize, problem: impl Into<String>) -> Self {
        Self { at: at as u64, problem: problem.into(), too_large: false }
    }
}

/// Why an event of a recording could not be taken in.
pub(super) enum Problem {
    /// The file is wrong there.
    Fault,
    Profile(ProfileError),
}

impl From<Fault> for Problem {
    fn from(_: Fault) -> Self {
        Self::Fault
    }
}

impl From<ProfileError> for Problem {
    fn from(error: ProfileError) -> Self {
        Self::Profile(error)
    }
}

/// A stretch of the data that is being decoded: all of it, or one message or string in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wire<'a> {
    data: &'a [u8],
    at: usize,
}

/// The value of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(Wire<'a>),
    /// Fixed-width: no field of a profile has it.
    Other,
}

/// One field of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    pub(super) number: u64,
    pub(super) value: Value<'a>,
    /// Where the field begins in the data.
    pub(super) at: usize,
}

impl<'a> Wire<'a> {
    /// All of `data`.
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    /// Where the next byte lies in the whole data.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// What is left, as bytes.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.data
    }

    /// The next varint.
    #[inline]
    pub(super) fn varint(&mut self) -> Result<u64, Fault> {
        match self.data {
            [a, rest @ ..] if *a < 0x80 => Ok(self.advance(u64::from(*a), 1, rest)),
            [a, b, rest @ ..] if *b < 0x80 => Ok(self.advance(u64::from(a & 0x7f) | u64::from(*b) << 7, 2, rest)),
            [a, b, c, rest @ ..] if *c < 0x80 => {
                Ok(self.advance(u64::from(a & 0x7f) | u64::from(b & 0x7f) << 7 | u64::from(*c) << 14, 3, rest))
            }
            _ => self.long_varint(),
        }
    }

    /// The next field; `None` at the end.
    #[inline]
    pub(super) fn field(&mut self) -> Result<Option<Field<'a>>, Fault> {
        if self.data.is_empty() {
            return Ok(None);
        }
        let at = self.at;
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.skip(8)?,
            2 => Value::Bytes(self.delimited()?),
            3 | 4 => return Err(Fault::new(at, "a field is of the outdated kind “group”, which profiles do not have")),
            5 => self.skip(4)?,
            kind => return Err(Fault::new(at, format!("a field is of kind {kind}, which does not exist"))),
        };
        if tag >> 3 == 0 {
            return Err(Fault::new(at, "a field has the number 0, which does not exist"));
        }
        Ok(Some(Field { number: tag >> 3, value, at }))
    }

    #[inline]
    fn advance(&mut self, value: u64, by: usize, rest: &'a [u8]) -> u64 {
        self.data = rest;
        self.at += by;
        value
    }

    #[cold]
    fn long_varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0_u64;
        for (n, &byte) in self.data.iter().enumerate().take(10) {
            value |= u64::from(byte & 0x7f) << (7 * n as u32);
            if byte < 0x80 {
                let rest = self.data.get(n + 1..).unwrap_or_default();
                return Ok(self.advance(value, n + 1, rest));
            }
        }
        let problem = if self.data.len() < 10 { "the data ends inside a number" } else { "a number is longer than 64 bits" };
        Err(Fault::new(self.at, problem))
    }

    fn delimited(&mut self) -> Result<Self, Fault> {
        let start = self.at;
        let length = self.varint()?;
        let split = usize::try_from(length).ok().and_then(|length| self.data.split_at_checked(length));
        let Some((inner, rest)) = split else {
            let left = self.data.len();
            return Err(Fault::new(start, format!("a part says it is {length} bytes long, but only {left} are left")));
        };
        let inner = Self { data: inner, at: self.at };
        self.at += inner.data.len();
        self.data = rest;
        Ok(inner)
    }

    fn skip(&mut self, bytes: usize) -> Result<Value<'a>, Fault> {
        let Some(rest) = self.data.get(bytes..) else { return Err(Fault::new(self.at, "the data ends inside a number")) };
        self.advance(0, bytes, rest);
        Ok(Value::Other)
    }
}

impl<'a> Field<'a> {
    /// The value of a number field.
    pub(super) fn number(&self) -> Result<u64, Fault> {
        match self.value {
            Value::Number(number) => Ok(number),
            _ => Err(self.wrong_kind("a number")),
        }
    }

    /// The value of a signed number field (two's complement, as `int64` is written).
    pub(super) fn signed(&self) -> Result<i64, Fault> {
        self.number().map(u64::cast_signed)
    }

    /// The value of a string or message field.
    pub(super) fn message(&self) -> Result<Wire<'a>, Fault> {
        match self.value {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(self.wrong_kind("text or a message")),
        }
    }

    /// Calls `each` with the value or values of a repeated number field, packed or not.
    #[inline]
    pub(super) fn numbers(&self, mut each: impl FnMut(u64) -> Result<(), Fault>) -> Result<(), Fault> {
        match self.value {
            Value::Number(number) => each(number),
            Value::Bytes(mut packed) => {
                while !packed.is_empty() {
                    each(packed.varint()?)?;
                }
                Ok(())
            }
            Value::Other => Err(self.wrong_kind("numbers")),
        }
    }

    fn wrong_kind(&self, expected: &str) -> Fault {
        Fault::new(self.at, format!("field {} is not {expected}", self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_of_every_length_and_their_ends() {
        for shift in 0..64_u32 {
            let number = u64::MAX >> shift;
            let (mut bytes, mut left) = (Vec::new(), number);
            while left > 127 {
                bytes.push(left as u8 | 128);
                left >>= 7;
            }
            bytes.push(left as u8);
            let mut wire = Wire::new(&bytes);
            assert_eq!((wire.varint(), wire.is_empty(), wire.at()), (Ok(number), true, bytes.len()));
            let cut = &bytes[..bytes.len() - 1];
            assert!(Wire::new(cut).varint().is_err(), "cut {number}");
        }
        let fault = Wire::new(&[0x80; 12]).varint().expect_err("endless");
        assert_eq!(fault.problem, "a number is longer than 64 bits");
    }

    #[test]
    fn fields_know_their_place_and_their_bounds() {
        let data = [0x08, 0x05, 0x12, 0x03, b'a', b'b', b'c', 0x1d, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x28, 0x01];
        let mut wire = Wire::new(&data);
        let mut seen = Vec::new();
        while let Some(field) = wire.field().expect("valid") {
            seen.push((field.number, field.at));
        }
        assert_eq!(seen, [(1, 0), (2, 2), (3, 7), (4, 12), (5, 21)]);
        for (bytes, at, problem) in [
            (&[0x12, 0x7f, 1][..], 1, "a part says it is 127 bytes long, but only 1 are left"),
            (
                &[0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
                1,
                "a part says it is 18446744073709551615 bytes long, but only 0 are left",
            ),
            (&[0x0b], 0, "a field is of the outdated kind “group”, which profiles do not have"),
            (&[0x0f], 0, "a field is of kind 7, which does not exist"),
            (&[0x00, 0x00], 0, "a field has the number 0, which does not exist"),
            (&[0x0d, 1, 2], 1, "the data ends inside a number"),
        ] {
            assert_eq!(Wire::new(bytes).field().expect_err("bad"), Fault::new(at, problem));
        }
    }
}
