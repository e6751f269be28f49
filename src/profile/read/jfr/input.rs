//! Numbers and texts as a recording holds them.

use std::borrow::Cow;

use super::super::wire::Fault;

/// Bytes of one chunk, read from front to back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'a> {
    data: &'a [u8],
    at: usize,
    /// Whole numbers are of variable length, 7 bits a byte, the ninth byte whole; else big endian and of full width.
    compressed: bool,
}

/// A text that is not decoded yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text<'a> {
    /// No text.
    Null,
    /// A text of the pool of texts.
    Pool(u64),
    Utf8(&'a [u8]),
    Latin1(&'a [u8]),
    /// So many UTF-16 units as numbers; whether those are compressed.
    Units(u32, &'a [u8], bool),
}

impl<'a> Input<'a> {
    pub(super) fn new(data: &'a [u8], compressed: bool) -> Self {
        Self { data, at: 0, compressed }
    }

    /// Place in the chunk.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes to a place in the chunk.
    pub(super) fn seek(&mut self, at: usize) {
        self.at = at.min(self.data.len());
    }

    /// Lets the chunk end at a place.
    pub(super) fn until(mut self, end: usize) -> Self {
        self.data = self.data.get(..end).unwrap_or(self.data);
        self
    }

    /// Bytes from here to the end.
    pub(super) fn left(&self) -> usize {
        self.data.len().saturating_sub(self.at)
    }

    pub(super) fn fault(&self, problem: impl Into<String>) -> Fault {
        Fault::new(self.at, problem)
    }

    /// The next bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let bytes = self.at.checked_add(count).and_then(|end| self.data.get(self.at..end));
        let bytes = bytes.ok_or_else(|| self.fault(format!("{count} bytes should follow, but {} are left", self.left())))?;
        self.at += count;
        Ok(bytes)
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        let byte = *self.data.get(self.at).ok_or_else(|| self.fault("the data ends inside a value"))?;
        self.at += 1;
        Ok(byte)
    }

    /// A whole number that takes `width` bytes where numbers are not compressed.
    #[inline]
    pub(super) fn number(&mut self, width: usize) -> Result<u64, Fault> {
        if !self.compressed {
            let bytes = self.take(width)?;
            return Ok(bytes.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)));
        }
        let mut value = 0_u64;
        for shift in (0..56).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Ok(value | u64::from(self.byte()?) << 56)
    }

    #[inline]
    pub(super) fn long(&mut self) -> Result<u64, Fault> {
        self.number(8)
    }

    #[inline]
    pub(super) fn int(&mut self) -> Result<u32, Fault> {
        Ok(self.number(4)? as u32)
    }

    /// How many things follow. Each takes a byte at least, so more than bytes are left is wrong.
    pub(super) fn count(&mut self) -> Result<usize, Fault> {
        let at = self.at;
        let count = self.int()? as usize;
        if count > self.left() {
            return Err(Fault::new(at, format!("{count} things should follow, but only {} bytes are left", self.left())));
        }
        Ok(count)
    }

    pub(super) fn float(&mut self) -> Result<f64, Fault> {
        let bytes = self.take(4)?.try_into().unwrap_or_default();
        Ok(f64::from(f32::from_be_bytes(bytes)))
    }

    pub(super) fn double(&mut self) -> Result<f64, Fault> {
        Ok(f64::from_be_bytes(self.take(8)?.try_into().unwrap_or_default()))
    }

    pub(super) fn text(&mut self) -> Result<Text<'a>, Fault> {
        let at = self.at;
        match self.byte()? {
            0 => Ok(Text::Null),
            1 => Ok(Text::Utf8(b"")),
            2 => Ok(Text::Pool(self.long()?)),
            3 => self.count().and_then(|count| self.take(count)).map(Text::Utf8),
            4 => self.units(),
            5 => self.count().and_then(|count| self.take(count)).map(Text::Latin1),
            kind => Err(Fault::new(at, format!("a text is of kind {kind}, which does not exist"))),
        }
    }

    fn units(&mut self) -> Result<Text<'a>, Fault> {
        let count = self.count()?;
        let start = self.at;
        for _ in 0..count {
            self.number(2)?;
        }
        let bytes = self.data.get(start..self.at).unwrap_or_default();
        Ok(Text::Units(count as u32, bytes, self.compressed))
    }
}

impl<'a> Text<'a> {
    /// The text in UTF-8 as far as it is; nothing for one of the pool.
    pub(super) fn decode(self) -> Cow<'a, [u8]> {
        match self {
            Self::Null | Self::Pool(_) => Cow::Borrowed(b""),
            Self::Utf8(bytes) => Cow::Borrowed(bytes),
            Self::Latin1(bytes) if bytes.is_ascii() => Cow::Borrowed(bytes),
            Self::Latin1(bytes) => Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect::<String>().into_bytes()),
            Self::Units(count, bytes, compressed) => {
                let mut input = Input::new(bytes, compressed);
                let units: Vec<u16> = (0..count).map_while(|_| input.number(2).ok()).map(|unit| unit as u16).collect();
                Cow::Owned(String::from_utf16_lossy(&units).into_bytes())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_nine_bytes_at_most() {
        let mut input = Input::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x05], true);
        assert_eq!(input.long(), Ok(u64::MAX));
        assert_eq!(input.int(), Ok(5));
        assert!(input.long().is_err());
        assert_eq!(Input::new(&[0, 0, 1, 2], false).int(), Ok(258));
    }

    #[test]
    fn texts_of_every_kind() {
        for (bytes, text) in [
            (&[0][..], ""),
            (&[1], ""),
            (&[3, 3, b'a', 0xc3, 0xa4], "aä"),
            (&[4, 2, b'a', 0xe4, 0x01], "aä"),
            (&[5, 2, b'a', 0xe4], "aä"),
        ] {
            let found = Input::new(bytes, true).text().expect("a text");
            assert_eq!(&*found.decode(), text.as_bytes());
        }
        assert_eq!(Input::new(&[2, 7], true).text(), Ok(Text::Pool(7)));
        assert_eq!(Input::new(&[9], true).text().expect_err("kind").problem, "a text is of kind 9, which does not exist");
        let long = Input::new(&[3, 0xff, 0xff, 0xff, 0x0f, b'a'], true).text().expect_err("long");
        assert_eq!(long.problem, "33554431 things should follow, but only 1 bytes are left");
    }
}
